//! The sampler: one thread that walks the registry when a group's interval is over, for all clients.
//! It runs while somebody listens; without clients there is no thread, no walk and no timer.

use std::cell::OnceCell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use metrics_core::Registry;
use tokio::sync::oneshot;

use super::group::{Feed, Group, Joined, Turn, Walked, Wants};
use super::subscription::INTERVAL_BOUNDS_MS;
use super::summary::Summary;
use super::table::Table;
use crate::filter::Filter;
use crate::json::unix_millis;
use crate::own::Own;

/// So long code of users is waited for at a tick: what hangs is left out, and the stream goes on.
const WALK_WITHIN: Duration = Duration::from_secs(2);

/// Feeds all stream clients of one registry.
#[derive(Clone)]
pub(crate) struct Sampler(Arc<Shared>);

struct Shared {
    registry: Registry,
    summary: Option<Arc<Summary>>,
    groups: Mutex<Groups>,
    /// Wakes the thread when somebody joins or leaves.
    changed: Condvar,
    /// Of the thread, which is another one after a time without clients.
    table: Mutex<Table>,
    start: Instant,
}

#[derive(Default)]
struct Groups {
    running: bool,
    /// Somebody waits for a tick of its own.
    joining: bool,
    all: Vec<Arc<Group>>,
}

impl Sampler {
    pub(crate) fn new(registry: Registry, summary: Option<Arc<Summary>>) -> Self {
        Self(Arc::new(Shared {
            registry,
            summary,
            groups: Mutex::default(),
            changed: Condvar::new(),
            table: Mutex::default(),
            start: Instant::now(),
        }))
    }

    /// Samples every `interval` for as long as the feed is kept, and at once to begin with.
    pub(super) fn join(
        &self,
        filter: &Filter,
        interval: Duration,
        wants: Wants,
        told: bool,
    ) -> (Feed, oneshot::Receiver<Joined>) {
        let mut groups = lock(&self.0.groups);
        let known = groups.all.iter();
        let known = known
            .filter(|group| group.interval == interval)
            .find(|group| group.filter == *filter)
            .cloned();
        let group = known.unwrap_or_else(|| {
            let group = Arc::new(Group::new(filter.clone(), interval));
            groups.all.push(Arc::clone(&group));
            group
        });
        // under the lock, so that the group does not end before
        let joined = Feed::new(self.clone(), group, wants, told);
        groups.joining = true;
        if !groups.running {
            let shared = Arc::clone(&self.0);
            let thread = thread::Builder::new().name("metrics-sampler".to_owned());
            // without a thread there are no ticks, and the client gets heartbeats only
            groups.running = thread.spawn(move || shared.run()).is_ok();
        }
        drop(groups);
        self.0.changed.notify_one();
        joined
    }

    /// Somebody waits for a tick of its own.
    pub(super) fn wake(&self) {
        lock(&self.0.groups).joining = true;
        self.0.changed.notify_one();
    }

    #[cfg(test)]
    pub(super) fn is_running(&self) -> bool {
        lock(&self.0.groups).running
    }

    /// A client has left.
    pub(super) fn leave(&self, feed: &Feed) {
        let mut groups = lock(&self.0.groups);
        if let Some(empty) = feed.leave() {
            groups.all.retain(|group| !Arc::ptr_eq(group, empty));
            drop(groups);
            self.0.changed.notify_one();
        }
    }
}

impl Shared {
    fn run(&self) {
        let mut last = Last::default();
        while let Some((now, turns)) = self.wait(&last) {
            let mut table = lock(&self.table);
            table.sample(&self.registry, now + WALK_WITHIN);
            Own::global()
                .stream_sample_duration
                .observe_duration(now.elapsed());
            let summary = OnceCell::new();
            let walked = Walked {
                table: &table,
                began: now,
                ts: unix_millis(),
                summary: &|| Arc::clone(summary.get_or_init(|| self.summary_fields())),
            };
            for turn in turns {
                turn.serve(&walked);
            }
            last = Last {
                began: Some(now),
                took: now.elapsed(),
            };
        }
    }

    fn summary_fields(&self) -> Arc<str> {
        let summary = self.summary.as_ref();
        summary.map_or_else(|| "".into(), |summary| summary.fields())
    }

    /// Waits for the next tick, and says who is to be served at it; `None` when nobody listens any more.
    ///
    /// Intervals are counted from one moment, so that groups with one interval, and those whose intervals are
    /// multiples, share ticks.
    fn wait(&self, last: &Last) -> Option<(Instant, Vec<Turn>)> {
        let mut groups = lock(&self.groups);
        loop {
            let now = Instant::now();
            let due = groups.all.iter().map(|group| group.due(self.start)).min();
            let Some(due) = due else {
                groups.running = false;
                lock(&self.table).forget();
                return None;
            };
            let due = if groups.joining { now } else { due };
            let due = due.max(last.rest_until().unwrap_or(due));
            if due <= now {
                groups.joining = false;
                let turns = groups.all.iter();
                let turns: Vec<_> = turns
                    .filter_map(|group| group.turn(self.start, now))
                    .collect();
                if !turns.is_empty() {
                    return Some((now, turns));
                }
                // who waited has left
                continue;
            }
            let waited = self.changed.wait_timeout(groups, due - now);
            groups = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// The last tick.
#[derive(Default)]
struct Last {
    began: Option<Instant>,
    took: Duration,
}

impl Last {
    /// When the next may begin: clients that join again and again do not make the sampler walk without end,
    /// and a tick that is slow takes at most half of a core.
    fn rest_until(&self) -> Option<Instant> {
        let [shortest, _] = INTERVAL_BOUNDS_MS;
        let apart = Duration::from_millis(shortest).max(self.took * 2);
        // as timers are not exact, a tick that is due in time is not put off by a hair
        Some(self.began? + apart.mul_f32(0.9))
    }
}

/// Code of users runs in walks only, and the walk catches its panics.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
