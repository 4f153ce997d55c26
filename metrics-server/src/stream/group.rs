//! A group: the clients that ask for the same, with the same filter and interval. What they are sent at a tick is encoded
//! once, and shared. Served by the sampler's thread; each client holds a [`Feed`].

mod feed;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use super::frame;
use super::performance::Performance;
use super::sampler::lock;
use super::table::Table;
use crate::filter::Filter;
use crate::own::{ByEncoding, Encoding, Own};
pub(super) use feed::Feed;

/// How many deltas a group encodes for each second of its interval, beside that of clients that have missed nothing. Who
/// waits beyond them is served at the next tick, the furthest behind first. It is more than there are ticks in a second
/// at which somebody may join, so that nobody waits for long because many have joined.
const MAX_CATCHING_UP: usize = 16;

/// Clients that share what is encoded for them.
pub(super) struct Group {
    pub(super) filter: Filter,
    pub(super) interval: Duration,
    wishes: Mutex<Wishes>,
    /// Of the sampler's thread alone.
    progress: Mutex<Progress>,
    ticks: watch::Sender<Arc<GroupTick>>,
}

/// What clients ask of a group. None of them asks at every tick.
#[derive(Default)]
struct Wishes {
    clients: usize,
    deltas: usize,
    performances: usize,
    joining: Vec<Joining>,
    /// The ticks at which those stand that have missed some since, or joined between two, and how many at each.
    behind: BTreeMap<u64, usize>,
}

/// What a client wants to be sent again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wants {
    pub(super) delta: bool,
    pub(super) performance: bool,
}

/// Somebody who waits for a state to begin with.
pub(super) struct Joining {
    /// Whether it is to be sent the state, or only to stand at its tick.
    told: bool,
    answer: oneshot::Sender<Joined>,
}

/// The state at a tick, for a client to begin with.
pub(super) struct Joined {
    pub(super) tick: u64,
    pub(super) ts: u64,
    /// The frames' data, shared by all who join at the tick.
    pub(super) parts: Arc<[String]>,
}

/// How far the group has come.
#[derive(Default)]
struct Progress {
    /// In which of its intervals it was last served, counted from the start of the sampler.
    period: Option<u128>,
    /// The last tick that its clients were told of.
    position: u64,
    /// Nothing that it asks for has changed between its position and this tick.
    checked: u64,
    performance: Option<Performance>,
}

/// What a group's clients are sent at a tick.
#[derive(Default)]
pub(super) struct GroupTick {
    pub(super) number: u64,
    /// When, in Unix milliseconds.
    pub(super) ts: u64,
    /// By the tick that a client stands at.
    deltas: Vec<(u64, Delta)>,
    pub(super) performance: Option<String>,
}

/// What has changed for a client.
pub(super) enum Delta {
    Nothing,
    /// The data of a frame.
    Text(String),
    /// More than is remembered.
    Forgotten,
}

impl GroupTick {
    /// What has changed since the tick `since`; `None` if it was not asked for.
    pub(super) fn delta(&self, since: u64) -> Option<&Delta> {
        let mut deltas = self.deltas.iter();
        deltas
            .find(|(from, _)| *from == since)
            .map(|(_, delta)| delta)
    }
}

/// A tick of the sampler, as its groups see it.
pub(super) struct Walked<'w> {
    pub(super) table: &'w Table,
    pub(super) began: Instant,
    pub(super) ts: u64,
    /// The summary fields, which are read when they are first asked for.
    pub(super) summary: &'w dyn Fn() -> Arc<str>,
}

/// What a group is to do at a tick. Who joins after this was taken waits for the next, so that nobody is told of a state
/// before it came.
pub(super) struct Turn {
    group: Arc<Group>,
    /// Its interval is over, and this one begins.
    period: Option<u128>,
    joining: Vec<Joining>,
}

impl Group {
    pub(super) fn new(filter: Filter, interval: Duration) -> Self {
        Self {
            filter,
            interval,
            wishes: Mutex::default(),
            progress: Mutex::default(),
            ticks: watch::Sender::default(),
        }
    }

    /// When its interval is over, if they are counted from `start`.
    pub(super) fn due(&self, start: Instant) -> Instant {
        match lock(&self.progress).period {
            // nobody has been told anything yet
            None => start,
            Some(period) => {
                let turns = u32::try_from(period + 1).unwrap_or(u32::MAX);
                start + self.interval.saturating_mul(turns)
            }
        }
    }

    /// What there is to do at `now`, if there is anything.
    pub(super) fn turn(self: &Arc<Self>, start: Instant, now: Instant) -> Option<Turn> {
        let passed = now.saturating_duration_since(start).as_nanos();
        let period = passed / self.interval.as_nanos().max(1);
        let mut joining = std::mem::take(&mut lock(&self.wishes).joining);
        joining.retain(|joining| !joining.answer.is_closed());
        let due = self.due(start) <= now;
        (due || !joining.is_empty()).then(|| Turn {
            group: Arc::clone(self),
            period: due.then_some(period),
            joining,
        })
    }

    fn max_catching_up(&self) -> usize {
        let seconds = self.interval.as_millis().div_ceil(1000);
        usize::try_from(seconds).map_or(usize::MAX, |s| s.saturating_mul(MAX_CATCHING_UP))
    }

    fn publish(&self, walked: &Walked<'_>, progress: &mut Progress, joined: bool) {
        let tick = walked.table.tick();
        let (wants, behind) = {
            let mut wishes = lock(&self.wishes);
            let behind = std::iter::from_fn(|| wishes.behind.pop_first());
            let behind = behind.take(self.max_catching_up());
            let behind: Vec<u64> = behind.map(|(since, _)| since).collect();
            let wants = Wants {
                delta: wishes.deltas > 0,
                performance: wishes.performances > 0,
            };
            (wants, behind)
        };
        let is_first = progress.position == 0;
        // nobody stands before the first
        let looked = wants.delta && !is_first;
        let delta = looked.then(|| self.delta(walked.table, progress.checked));
        if wants.delta || is_first {
            progress.checked = tick;
        }
        let performance = if wants.performance {
            self.performance(walked, progress)
        } else {
            progress.performance = None;
            None
        };
        let nothing = matches!(delta, None | Some(Delta::Nothing)) && performance.is_none();
        if nothing && behind.is_empty() && !joined {
            // nobody is woken, and they stand where they stood
            return;
        }
        // where it was not looked, who resumes must not read that nothing has changed
        let shared = delta.map(|delta| (progress.position, delta));
        let mut deltas: Vec<_> = shared.into_iter().collect();
        for since in behind
            .into_iter()
            .filter(|since| !looked || *since != progress.position)
        {
            deltas.push((since, self.delta(walked.table, since)));
        }
        (progress.position, progress.checked) = (tick, tick);
        self.ticks.send_replace(Arc::new(GroupTick {
            number: tick,
            ts: walked.ts,
            deltas,
            performance,
        }));
    }

    fn delta(&self, table: &Table, since: u64) -> Delta {
        match table.changes(since, &self.filter) {
            None => Delta::Forgotten,
            Some(changes) if changes.is_empty() => Delta::Nothing,
            Some(changes) => {
                count(Encoding::Delta);
                // what cannot be encoded is told by a snapshot, or not at all
                frame::delta(&changes).map_or(Delta::Forgotten, Delta::Text)
            }
        }
    }

    fn performance(&self, walked: &Walked<'_>, progress: &mut Progress) -> Option<String> {
        let series = walked.table.everything(&self.filter).series;
        let performance = progress.performance.get_or_insert_default();
        let figures = performance.turn(walked.began, &series);
        count(Encoding::Performance);
        frame::performance(&figures, &(walked.summary)()).ok()
    }

    /// Gives those who join the state of this tick. Without one that can be encoded their answers are dropped.
    fn welcome(&self, walked: &Walked<'_>, joining: Vec<Joining>) {
        let tick = walked.table.tick();
        let parts: Option<Arc<[String]>> = if joining.iter().any(|joining| joining.told) {
            count(Encoding::Snapshot);
            let everything = walked.table.everything(&self.filter);
            let parts = frame::snapshot_parts(&everything, &(walked.summary)());
            parts.ok().map(Into::into)
        } else {
            Some([].into())
        };
        let Some(parts) = parts else { return };
        for Joining { told, answer } in joining {
            let parts = if told { Arc::clone(&parts) } else { [].into() };
            let ts = walked.ts;
            // who has left meanwhile needs none
            drop(answer.send(Joined { tick, ts, parts }));
        }
    }
}

impl Turn {
    /// Encodes what the group's clients are sent at this tick.
    pub(super) fn serve(self, walked: &Walked<'_>) {
        let Self {
            group,
            period,
            joining,
        } = self;
        let mut progress = lock(&group.progress);
        if let Some(period) = period {
            progress.period = Some(period);
            group.publish(walked, &mut progress, !joining.is_empty());
        }
        if !joining.is_empty() {
            group.welcome(walked, joining);
        }
    }
}

fn count(encoding: Encoding) {
    let encodings = &Own::global().stream_encodings;
    encodings.with(ByEncoding { r#type: encoding }).inc();
}

impl Wishes {
    fn add(&mut self, wants: Wants) {
        self.deltas += usize::from(wants.delta);
        self.performances += usize::from(wants.performance);
    }

    fn remove(&mut self, wants: Wants) {
        self.deltas -= usize::from(wants.delta);
        self.performances -= usize::from(wants.performance);
    }

    /// One fewer stands at this tick. It may have been served already, and another asked from there since: that one sees
    /// no delta for itself, and asks again.
    fn forget(&mut self, since: Option<u64>) {
        let Some(since) = since else { return };
        if let Some(count) = self.behind.get_mut(&since) {
            *count -= 1;
            if *count == 0 {
                self.behind.remove(&since);
            }
        }
    }
}
