//! The sampler's table: every series with its id, its value, and the tick at which it last changed.
//! Owned by the sampler. What a client has missed is what changed after its last tick, so that no queue
//! of deltas is kept for anybody.

mod slots;
mod stored;
mod walk;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use metrics_core::{Derived, FamilyView, Kind, Registry, Source};

use crate::filter::Filter;
use slots::Slots;
pub(super) use stored::{Distribution, Stored};
use walk::Walk;

/// Removals that are remembered; a client that missed more of them is given a snapshot.
const REMEMBERED_REMOVALS: usize = 10_000;

/// Changes that are remembered at least; of a larger table, as many as it has series. Who missed more is found
/// what is new by a look at every series, which costs no more than that.
const REMEMBERED_CHANGES: usize = 1_000;

/// The state of a registry at the newest tick.
#[derive(Debug, Default)]
pub(super) struct Table {
    tick: u64,
    next_id: u64,
    families: Slots<Family>,
    by_name: HashMap<String, Vec<usize>>,
    /// How many series there are.
    series: usize,
    /// What changed at each tick, the oldest first: a delta costs what changed, and not what there is.
    journal: VecDeque<Change>,
    journal_len: usize,
    /// What changed after this tick is in the journal.
    journal_since: u64,
    removed: VecDeque<Removed>,
    /// A removal of this tick or of an earlier one may be forgotten.
    forgotten: u64,
}

/// What changed at one tick: places in the table, of which some may be others' by now.
#[derive(Debug)]
struct Change {
    tick: u64,
    families: Vec<usize>,
    series: Vec<(usize, usize)>,
}

/// A family as the stream shows it. Families of one name but with other label names, or other constant labels, are
/// several of these. It goes with its last series, and comes back with another id.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) head: Arc<Head>,
    created: u64,
    series: Slots<Series>,
    index: HashMap<Arc<str>, usize>,
}

/// What does not change while a family is there.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) id: u64,
    pub(super) about: About,
    pub(super) labels: Vec<String>,
    pub(super) bounds: Vec<f64>,
    /// The constant labels, rendered, which the keys of the series leave out.
    constant: Box<str>,
}

/// What a walk tells of a family before its series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct About {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) kind: Kind,
    pub(super) unit: String,
    /// The name of the set that it was declared in.
    pub(super) set: Option<&'static str>,
    pub(super) source: Option<Source>,
    pub(super) derived: Option<Derived>,
}

impl Default for About {
    fn default() -> Self {
        Self {
            name: String::new(),
            help: String::new(),
            kind: Kind::Gauge,
            unit: String::new(),
            set: None,
            source: None,
            derived: None,
        }
    }
}

impl About {
    /// Takes over what a walk tells, into the memory that is there.
    fn become_of(&mut self, family: &FamilyView<'_>) {
        for (own, new) in [
            (&mut self.name, family.name),
            (&mut self.help, family.help),
            (&mut self.unit, family.unit),
        ] {
            own.clear();
            own.push_str(new);
        }
        self.kind = family.kind;
        self.set = family.set.map(|set| set.name);
        self.source = family.descriptor.map(|descriptor| descriptor.source());
        self.derived = family
            .descriptor
            .and_then(|descriptor| descriptor.derived());
    }
}

/// A series as the stream shows it.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) id: u64,
    pub(super) labels: Vec<String>,
    pub(super) value: Stored,
    key: Arc<str>,
    created: u64,
    changed: u64,
    seen: u64,
}

#[derive(Debug)]
struct Removed {
    tick: u64,
    created: u64,
    id: u64,
    /// Its family and its labels, so that only clients that chose it are told.
    family: Arc<Head>,
    labels: Vec<String>,
}

/// What one client is to be sent: all that its filter chooses and that is newer than `since`.
#[derive(Default)]
pub(super) struct Changes<'t> {
    pub(super) families: Vec<&'t Head>,
    /// New series, each with its family.
    pub(super) series: Vec<(&'t Head, &'t Series)>,
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

    /// Walks the registry and takes over what has changed. Code of users is waited for until `deadline`.
    pub(super) fn sample(&mut self, registry: &Registry, deadline: Instant) {
        self.tick += 1;
        let mut walk = Walk::new(self);
        // this visitor never breaks off
        let _ = registry.gather_until(deadline, &mut walk);
        let (seen, changed) = (walk.seen, walk.changed);
        if seen < self.series {
            self.drop_unseen();
        }
        self.remember(changed);
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
        let mut changes = if since < self.journal_since {
            self.newer(since, filter)
        } else {
            self.journaled(since, filter)
        };
        let begin = self
            .removed
            .partition_point(|removed| removed.tick <= since);
        // what came and went in between, nobody was told of
        let removed = self.removed.range(begin..).filter(|r| r.created <= since);
        let chosen = removed.filter(|removed| {
            filter.chooses_family(&removed.family.about.name, removed.family.about.kind)
                && filter.chooses_labels(removed.family.pairs(&removed.labels))
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
            journal_since: self.tick,
            ..Self::default()
        };
    }

    /// What is newer than `since`, by a look at every series.
    fn newer(&self, since: u64, filter: &Filter) -> Changes<'_> {
        let mut changes = Changes::default();
        for family in self.families.iter().filter(|f| f.is_chosen(filter)) {
            if family.created > since {
                changes.families.push(&family.head);
            }
            let newer = family.series.iter().filter(|s| s.changed > since);
            for series in newer.filter(|series| family.chooses(series, filter)) {
                changes.add(family, series, since);
            }
        }
        changes
    }

    /// The same, by the journal.
    fn journaled(&self, since: u64, filter: &Filter) -> Changes<'_> {
        let mut changes = Changes::default();
        let begin = self.journal.partition_point(|change| change.tick <= since);
        for change in self.journal.range(begin..) {
            let families = change.families.iter();
            let families = families.filter_map(|index| self.families.get(*index));
            for family in families.filter(|family| family.created == change.tick) {
                if family.is_chosen(filter) {
                    changes.families.push(&family.head);
                }
            }
            // series of one family stand together, so that its name is compared once
            let mut last: Option<(usize, Option<&Family>)> = None;
            for (index, at) in &change.series {
                let family = match last {
                    Some((last, family)) if last == *index => family,
                    _ => {
                        let family = self.families.get(*index);
                        family.filter(|family| family.is_chosen(filter))
                    }
                };
                last = Some((*index, family));
                let Some(family) = family else { continue };
                // a place that was given back may be another's, and what changed again comes later
                let series = family.series.get(*at);
                if let Some(series) = series.filter(|series| series.changed == change.tick)
                    && family.chooses(series, filter)
                {
                    changes.add(family, series, since);
                }
            }
        }
        changes
    }

    fn remember(&mut self, change: Change) {
        if change.families.is_empty() && change.series.is_empty() {
            return;
        }
        self.journal_len += change.len();
        self.journal.push_back(change);
        while self.journal_len > self.series.max(REMEMBERED_CHANGES)
            && let Some(oldest) = self.journal.pop_front()
        {
            self.journal_len -= oldest.len();
            self.journal_since = oldest.tick;
        }
    }

    fn drop_unseen(&mut self) {
        let tick = self.tick;
        for family in self.families.iter_mut() {
            for (_, series) in family.series.take_if(|series| series.seen != tick) {
                family.index.remove(&series.key);
                self.series -= 1;
                self.removed.push_back(Removed {
                    tick,
                    created: series.created,
                    id: series.id,
                    family: Arc::clone(&family.head),
                    labels: series.labels,
                });
            }
        }
        for (index, family) in self.families.take_if(|family| family.series.len() == 0) {
            if let Some(namesakes) = self.by_name.get_mut(&family.head.about.name) {
                namesakes.retain(|other| *other != index);
                if namesakes.is_empty() {
                    self.by_name.remove(&family.head.about.name);
                }
            }
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

impl Change {
    fn at(tick: u64) -> Self {
        Self {
            tick,
            families: Vec::new(),
            series: Vec::new(),
        }
    }

    fn len(&self) -> usize {
        self.families.len() + self.series.len()
    }
}

impl<'t> Changes<'t> {
    fn add(&mut self, family: &'t Family, series: &'t Series, since: u64) {
        if series.created > since {
            self.series.push((&family.head, series));
        } else {
            self.values.push(series);
        }
    }
}

impl Family {
    fn is_chosen(&self, filter: &Filter) -> bool {
        filter.chooses_family(&self.head.about.name, self.head.about.kind)
    }

    fn chooses(&self, series: &Series, filter: &Filter) -> bool {
        filter.chooses_labels(self.head.pairs(&series.labels))
    }
}

impl Head {
    /// The label names with these values.
    fn pairs<'f>(&'f self, values: &'f [String]) -> impl Iterator<Item = (&'f str, &'f String)> {
        self.labels.iter().map(String::as_str).zip(values)
    }
}

#[cfg(test)]
mod tests;
