//! The sampler's table: every series with its id, its value, and the tick at which it last changed.
//! Owned by the sampler. What a client has missed is what changed after its last tick, so that no queue
//! of deltas is kept for anybody.

use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;

use metrics_core::{FamilyView, Kind, Number, Registry, SeriesView, Value, Visitor};

use crate::filter::Filter;

/// Removals that are remembered; a client that missed more of them is given a snapshot.
const REMEMBERED_REMOVALS: usize = 10_000;

/// The state of a registry at the newest tick.
#[derive(Debug, Default)]
pub(super) struct Table {
    tick: u64,
    next_id: u64,
    families: Vec<Family>,
    by_name: HashMap<String, Vec<usize>>,
    removed: VecDeque<Removed>,
    /// A removal of this tick or of an earlier one may be forgotten.
    forgotten: u64,
}

/// A family as the stream shows it. Families of one name but with other label names, or other constant labels, are
/// several of these.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) unit: String,
    pub(super) help: String,
    pub(super) labels: Vec<String>,
    pub(super) bounds: Vec<f64>,
    /// The constant labels, rendered, which the keys of the series leave out.
    constant: Box<str>,
    created: u64,
    series: Vec<Series>,
    index: HashMap<Box<str>, usize>,
}

/// A series as the stream shows it.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) id: u64,
    pub(super) labels: Vec<String>,
    pub(super) value: Stored,
    key: Box<str>,
    created: u64,
    changed: u64,
    seen: u64,
}

/// A value as it travels: what is the same for all series of a family stays with the family.
#[derive(Clone, Debug)]
pub(super) enum Stored {
    Number(Number),
    Histogram {
        count: u64,
        sum: f64,
        cumulative: Vec<u64>,
    },
    Summary {
        count: u64,
        sum: f64,
        quantiles: Vec<(f64, f64)>,
    },
}

#[derive(Debug)]
struct Removed {
    tick: u64,
    id: u64,
    /// Its place in the table, and its labels, so that only clients that chose it are told.
    family: usize,
    labels: Vec<String>,
}

/// What one client is to be sent: all that its filter chooses and that is newer than `since`.
pub(super) struct Changes<'t> {
    pub(super) families: Vec<&'t Family>,
    /// New series, each with its family.
    pub(super) series: Vec<(&'t Family, &'t Series)>,
    /// Series that the client knows, with a value that it does not.
    pub(super) values: Vec<&'t Series>,
    pub(super) removed: Vec<u64>,
}

impl Changes<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.families.is_empty()
            && self.series.is_empty()
            && self.values.is_empty()
            && self.removed.is_empty()
    }
}

impl Table {
    /// The newest tick; 0 before the first.
    pub(super) fn tick(&self) -> u64 {
        self.tick
    }

    /// Walks the registry and takes over what has changed.
    pub(super) fn sample(&mut self, registry: &Registry) {
        self.tick += 1;
        let mut walk = Walk {
            table: self,
            head: Head {
                name: String::new(),
                help: String::new(),
                kind: Kind::Gauge,
                unit: String::new(),
            },
            candidates: Vec::new(),
        };
        // this visitor never breaks off
        let _ = registry.gather(&mut walk);
        self.drop_unseen();
    }

    /// Everything that `filter` chooses.
    pub(super) fn everything(&self, filter: &Filter) -> Changes<'_> {
        self.newer(0, filter)
    }

    /// What is newer than `since`; `None` if removals since then are forgotten, so that only a snapshot can
    /// help.
    pub(super) fn changes(&self, since: u64, filter: &Filter) -> Option<Changes<'_>> {
        if since < self.forgotten {
            return None;
        }
        let mut changes = self.newer(since, filter);
        let removed = self.removed.iter().filter(|removed| removed.tick > since);
        let chosen = removed.filter(|removed| {
            self.families.get(removed.family).is_some_and(|family| {
                filter.chooses_family(&family.name, family.kind)
                    && filter.chooses_labels(family.pairs(&removed.labels))
            })
        });
        changes.removed = chosen.map(|removed| removed.id).collect();
        Some(changes)
    }

    /// Forgets all series, when nobody listens any more; ids and ticks go on.
    pub(super) fn forget(&mut self) {
        *self = Self {
            tick: self.tick,
            next_id: self.next_id,
            forgotten: self.tick,
            ..Self::default()
        };
    }

    fn newer(&self, since: u64, filter: &Filter) -> Changes<'_> {
        let mut changes = Changes {
            families: Vec::new(),
            series: Vec::new(),
            values: Vec::new(),
            removed: Vec::new(),
        };
        for family in self
            .families
            .iter()
            .filter(|f| filter.chooses_family(&f.name, f.kind))
        {
            if family.created > since {
                changes.families.push(family);
            }
            let chosen = family.series.iter().filter(|series| {
                series.changed > since && filter.chooses_labels(family.pairs(&series.labels))
            });
            for series in chosen {
                if series.created > since {
                    changes.series.push((family, series));
                } else {
                    changes.values.push(series);
                }
            }
        }
        changes
    }

    fn drop_unseen(&mut self) {
        let tick = self.tick;
        for (index, family) in self.families.iter_mut().enumerate() {
            if family.series.iter().all(|series| series.seen == tick) {
                continue;
            }
            let unseen = family.series.extract_if(.., |series| series.seen != tick);
            self.removed.extend(unseen.map(|series| Removed {
                tick,
                id: series.id,
                family: index,
                labels: series.labels,
            }));
            let keys = family.series.iter().enumerate();
            family.index = keys
                .map(|(index, series)| (series.key.clone(), index))
                .collect();
        }
        while self.removed.len() > REMEMBERED_REMOVALS {
            self.forgotten = self.removed.pop_front().map_or(self.forgotten, |r| r.tick);
        }
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}

impl Family {
    /// The label names with these values.
    fn pairs<'f>(&'f self, values: &'f [String]) -> impl Iterator<Item = (&'f str, &'f String)> {
        self.labels.iter().map(String::as_str).zip(values)
    }
}

impl Stored {
    /// Whether this is `value`, to the bit: a NaN that stays one has not changed.
    fn is(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Number(Number::Float(own)), Value::Number(Number::Float(new))) => {
                own.to_bits() == new.to_bits()
            }
            (Self::Number(own), Value::Number(new)) => own == new,
            (
                Self::Histogram {
                    count,
                    sum,
                    cumulative,
                },
                Value::Histogram(new),
            ) => {
                *count == new.count
                    && sum.to_bits() == new.sum.to_bits()
                    && cumulative.as_slice() == new.cumulative
            }
            (
                Self::Summary {
                    count,
                    sum,
                    quantiles,
                },
                Value::Summary(new),
            ) => {
                let bits = |pair: &(f64, f64)| (pair.0.to_bits(), pair.1.to_bits());
                *count == new.count
                    && sum.to_bits() == new.sum.to_bits()
                    && quantiles
                        .iter()
                        .map(bits)
                        .eq(new.quantiles.iter().map(bits))
            }
            _ => false,
        }
    }
}

impl Stored {
    /// The value to keep; `None` for a kind that the protocol does not have.
    fn of(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Number(number) => Some(Self::Number(*number)),
            Value::Histogram(buckets) => Some(Self::Histogram {
                count: buckets.count,
                sum: buckets.sum,
                cumulative: buckets.cumulative.to_vec(),
            }),
            Value::Summary(summary) => Some(Self::Summary {
                count: summary.count,
                sum: summary.sum,
                quantiles: summary.quantiles.to_vec(),
            }),
            _ => None,
        }
    }
}

/// One walk into a table.
struct Walk<'t> {
    table: &'t mut Table,
    head: Head,
    /// The table's families of that name, and in each where the next series stands if nothing came or
    /// went: the usual case, which needs no look-up.
    candidates: Vec<(usize, usize)>,
}

/// The family that the walk is in.
struct Head {
    name: String,
    help: String,
    kind: Kind,
    unit: String,
}

impl Visitor for Walk<'_> {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        // a set that came anew may have the old name for another thing
        let same = |index: &&usize| {
            self.table.families.get(**index).is_some_and(|known| {
                known.kind == family.kind && known.unit == family.unit && known.help == family.help
            })
        };
        let known = self.table.by_name.get(family.name).into_iter().flatten();
        self.candidates = known.filter(same).map(|index| (*index, 0)).collect();
        self.head = Head {
            name: family.name.to_owned(),
            help: family.help.to_owned(),
            kind: family.kind,
            unit: family.unit.to_owned(),
        };
        ControlFlow::Continue(())
    }

    fn series(&mut self, view: &SeriesView<'_>) -> ControlFlow<()> {
        let tick = self.table.tick;
        if let Some(series) = self.known(view) {
            series.seen = tick;
            if !series.value.is(&view.point.value)
                && let Some(value) = Stored::of(&view.point.value)
            {
                series.value = value;
                series.changed = tick;
            }
        } else if let Some(value) = Stored::of(&view.point.value) {
            self.add(view, value);
        }
        ControlFlow::Continue(())
    }
}

impl Walk<'_> {
    /// The series with these labels, if the table has it.
    fn known(&mut self, view: &SeriesView<'_>) -> Option<&mut Series> {
        let key = view.point.labels.as_str();
        let families = &mut self.table.families;
        let found = self.candidates.iter_mut().find_map(|(index, cursor)| {
            let family = families.get(*index).filter(|family| {
                family.bounds == bounds(view) && *family.constant == *view.constant.as_str()
            })?;
            let here = family
                .series
                .get(*cursor)
                .is_some_and(|series| *series.key == *key);
            let at = if here {
                *cursor
            } else {
                *family.index.get(key)?
            };
            *cursor = at + 1;
            Some((*index, at))
        });
        let (family, at) = found?;
        families.get_mut(family)?.series.get_mut(at)
    }

    fn add(&mut self, view: &SeriesView<'_>, value: Stored) {
        let tick = self.table.tick;
        let names: Vec<String> = view.pairs().map(|(name, _)| name.to_owned()).collect();
        let fits = |family: &Family| {
            family.labels == names
                && family.bounds == bounds(view)
                && *family.constant == *view.constant.as_str()
        };
        let mut candidates = self.candidates.iter().map(|(index, _)| *index);
        let found = candidates.find(|index| self.table.families.get(*index).is_some_and(fits));
        let index = found.unwrap_or_else(|| self.add_family(names, view));
        let id = self.table.id();
        if let Some(family) = self.table.families.get_mut(index) {
            let key: Box<str> = view.point.labels.as_str().into();
            family.index.insert(key.clone(), family.series.len());
            family.series.push(Series {
                id,
                labels: view.pairs().map(|(_, value)| value.into_owned()).collect(),
                value,
                key,
                created: tick,
                changed: tick,
                seen: tick,
            });
        }
    }

    fn add_family(&mut self, labels: Vec<String>, first: &SeriesView<'_>) -> usize {
        let index = self.table.families.len();
        let family = Family {
            id: self.table.id(),
            name: self.head.name.clone(),
            kind: self.head.kind,
            unit: self.head.unit.clone(),
            help: self.head.help.clone(),
            labels,
            bounds: bounds(first).to_vec(),
            constant: first.constant.as_str().into(),
            created: self.table.tick,
            series: Vec::new(),
            index: HashMap::new(),
        };
        self.table.families.push(family);
        self.table
            .by_name
            .entry(self.head.name.clone())
            .or_default()
            .push(index);
        self.candidates.push((index, 0));
        index
    }
}

/// The bounds of a histogram; two histograms with other bounds are two families of the stream.
fn bounds<'v>(view: &SeriesView<'v>) -> &'v [f64] {
    match view.point.value {
        Value::Histogram(buckets) => buckets.bounds,
        _ => &[],
    }
}

#[cfg(test)]
mod tests;
