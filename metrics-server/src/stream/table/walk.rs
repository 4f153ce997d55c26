//! One walk over the registry into the table: which series of the walk is which of the table, and what is new.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use metrics_core::{FamilyView, SeriesView, Value, Visitor};

use super::slots::Slots;
use super::{About, Change, Family, Series, Stored, Table};

/// One walk into a table.
pub(super) struct Walk<'t> {
    table: &'t mut Table,
    /// The family that the walk is in.
    about: About,
    /// The table's families of that name, and in each where the next series stands if nothing came or
    /// went: the usual case, which needs no look-up.
    candidates: Vec<(usize, usize)>,
    /// What has changed so far.
    pub(super) changed: Change,
    /// How many series of the table were shown.
    pub(super) seen: usize,
}

impl<'t> Walk<'t> {
    pub(super) fn new(table: &'t mut Table) -> Self {
        Self {
            changed: Change::at(table.tick),
            table,
            about: About::default(),
            candidates: Vec::new(),
            seen: 0,
        }
    }

    /// The series with these labels, and where it stands, if the table has it.
    fn known(&mut self, view: &SeriesView<'_>) -> Option<(usize, usize)> {
        let key = view.point.labels.as_str();
        let families = &self.table.families;
        self.candidates.iter_mut().find_map(|(index, cursor)| {
            let family = families.get(*index).filter(|family| family.holds(view))?;
            let here = family.series.get(*cursor);
            let at = if here.is_some_and(|series| *series.key == *key) {
                *cursor
            } else {
                *family.index.get(key)?
            };
            *cursor = at + 1;
            Some((*index, at))
        })
    }

    fn add(&mut self, view: &SeriesView<'_>, value: Stored) {
        let tick = self.table.tick;
        let names: Vec<String> = view.pairs().map(|(name, _)| name.to_owned()).collect();
        let fits = |family: &Family| family.head.labels == names && family.holds(view);
        let mut candidates = self.candidates.iter().map(|(index, _)| *index);
        let found = candidates.find(|index| self.table.families.get(*index).is_some_and(fits));
        let index = found.unwrap_or_else(|| self.add_family(names, view));
        let id = self.table.id();
        let Some(family) = self.table.families.get_mut(index) else {
            return;
        };
        let key: Arc<str> = view.point.labels.as_str().into();
        let at = family.series.insert(Series {
            id,
            labels: view.pairs().map(|(_, value)| value.into_owned()).collect(),
            value,
            key: Arc::clone(&key),
            created: tick,
            changed: tick,
            seen: tick,
        });
        family.index.insert(key, at);
        self.table.series += 1;
        self.seen += 1;
        self.changed.series.push((index, at));
    }

    fn add_family(&mut self, labels: Vec<String>, first: &SeriesView<'_>) -> usize {
        let head = super::Head {
            id: self.table.id(),
            about: self.about.clone(),
            labels,
            bounds: bounds(first).to_vec(),
            constant: first.constant.as_str().into(),
        };
        let index = self.table.families.insert(Family {
            head: Arc::new(head),
            created: self.table.tick,
            series: Slots::default(),
            index: HashMap::new(),
        });
        let namesakes = self.table.by_name.entry(self.about.name.clone());
        namesakes.or_default().push(index);
        self.candidates.push((index, 0));
        self.changed.families.push(index);
        index
    }
}

impl Visitor for Walk<'_> {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.about.become_of(family);
        self.candidates.clear();
        // a set that came anew may have the old name for another thing
        for index in self.table.by_name.get(family.name).into_iter().flatten() {
            let known = self.table.families.get(*index);
            if known.is_some_and(|known| known.head.about == self.about) {
                self.candidates.push((*index, 0));
            }
        }
        ControlFlow::Continue(())
    }

    fn series(&mut self, view: &SeriesView<'_>) -> ControlFlow<()> {
        let tick = self.table.tick;
        let Some((family, at)) = self.known(view) else {
            if let Some(value) = Stored::of(&view.point.value) {
                self.add(view, value);
            }
            return ControlFlow::Continue(());
        };
        let families = &mut self.table.families;
        let series = families
            .get_mut(family)
            .and_then(|family| family.series.get_mut(at));
        if let Some(series) = series {
            // code of users may show a series twice
            if series.seen != tick {
                series.seen = tick;
                self.seen += 1;
            }
            if !series.value.is(&view.point.value)
                && let Some(value) = Stored::of(&view.point.value)
            {
                series.value = value;
                if series.changed != tick {
                    series.changed = tick;
                    self.changed.series.push((family, at));
                }
            }
        }
        ControlFlow::Continue(())
    }
}

impl Family {
    /// Whether a series belongs here, by what its labels do not tell.
    fn holds(&self, view: &SeriesView<'_>) -> bool {
        self.head.bounds == bounds(view) && *self.head.constant == *view.constant.as_str()
    }
}

/// The bounds of a histogram; two histograms with other bounds are two families of the stream.
fn bounds<'v>(view: &SeriesView<'v>) -> &'v [f64] {
    match view.point.value {
        Value::Histogram(buckets) => buckets.bounds,
        _ => &[],
    }
}
