//! The sampler: one thread that walks the registry when a client's interval is due, for all clients.
//! It runs while somebody listens; without clients there is no thread, no walk and no timer.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use metrics_core::Registry;
use tokio::sync::watch;

use super::frame;
use super::subscription::INTERVAL_BOUNDS_MS;
use super::table::Table;
use crate::filter::Filter;
use crate::own::Own;

/// Feeds all stream clients of one registry.
#[derive(Clone)]
pub(crate) struct Sampler(Arc<Shared>);

struct Shared {
    registry: Registry,
    clients: Mutex<Clients>,
    /// Wakes the thread when a client joins or leaves.
    changed: Condvar,
    table: Mutex<Table>,
    /// Encoded deltas of the newest tick.
    deltas: Mutex<Deltas>,
    start: Instant,
    ticks: watch::Sender<Tick>,
}

/// A walk that has been made.
#[derive(Clone, Copy, Default)]
pub(super) struct Tick {
    pub(super) number: u64,
    /// When, since the sampler was made.
    pub(super) at: Duration,
}

#[derive(Default)]
struct Clients {
    running: bool,
    /// Somebody waits for a tick of its own.
    joining: bool,
    /// How many clients want each interval.
    intervals: HashMap<Duration, usize>,
}

/// What clients with one filter that have missed the same share.
#[derive(Default)]
struct Deltas {
    tick: u64,
    encoded: Vec<(Filter, u64, Option<Arc<str>>)>,
}

impl Deltas {
    fn find(&self, since: u64, filter: &Filter) -> Option<News> {
        let mut encoded = self.encoded.iter();
        let (_, _, data) = encoded.find(|(of, from, _)| *from == since && of == filter)?;
        Some(data.clone().map_or(News::Nothing, News::Delta))
    }
}

/// What a client is sent at a tick.
pub(super) enum News {
    /// Nothing that it asked for has changed.
    Nothing,
    Delta(Arc<str>),
    /// It missed too much.
    Resync,
}

impl Sampler {
    pub(crate) fn new(registry: Registry) -> Self {
        Self(Arc::new(Shared {
            registry,
            clients: Mutex::default(),
            changed: Condvar::new(),
            table: Mutex::default(),
            deltas: Mutex::default(),
            start: Instant::now(),
            ticks: watch::Sender::new(Tick::default()),
        }))
    }

    /// Samples every `interval` for as long as the feed is kept.
    pub(super) fn join(&self, interval: Duration) -> Feed {
        let ticks = self.0.ticks.subscribe();
        let mut clients = lock(&self.0.clients);
        *clients.intervals.entry(interval).or_default() += 1;
        clients.joining = true;
        if !clients.running {
            let shared = Arc::clone(&self.0);
            let thread = thread::Builder::new().name("metrics-sampler".to_owned());
            // without a thread there are no ticks, and the client gets heartbeats only
            clients.running = thread.spawn(move || shared.run()).is_ok();
        }
        drop(clients);
        self.0.changed.notify_one();
        Feed {
            sampler: self.clone(),
            interval,
            ticks,
        }
    }

    /// The frames' data of a snapshot at the newest tick, and that tick.
    pub(super) fn snapshot(&self, filter: &Filter) -> serde_json::Result<(u64, Vec<String>)> {
        let table = lock(&self.0.table);
        let parts = frame::snapshot_parts(&table.everything(filter))?;
        Ok((table.tick(), parts))
    }

    /// What has changed between `since` and `tick`, if it has been encoded already: no waiting, no work.
    pub(super) fn shared_news(&self, tick: Tick, since: u64, filter: &Filter) -> Option<News> {
        let deltas = self.0.deltas.try_lock().ok()?;
        (deltas.tick == tick.number).then(|| deltas.find(since, filter))?
    }

    /// The newest tick, and what has changed since `since`; encoded once for all that ask the same.
    pub(super) fn news(&self, since: u64, filter: &Filter) -> serde_json::Result<(u64, News)> {
        let table = lock(&self.0.table);
        let tick = table.tick();
        let mut deltas = lock(&self.0.deltas);
        if deltas.tick != tick {
            *deltas = Deltas {
                tick,
                encoded: Vec::new(),
            };
        }
        if let Some(news) = deltas.find(since, filter) {
            return Ok((tick, news));
        }
        let Some(changes) = table.changes(since, filter) else {
            return Ok((tick, News::Resync));
        };
        let encoded: Option<Arc<str>> = if changes.is_empty() {
            None
        } else {
            Some(frame::delta(&changes)?.into())
        };
        deltas
            .encoded
            .push((filter.clone(), since, encoded.clone()));
        Ok((tick, encoded.map_or(News::Nothing, News::Delta)))
    }
}

/// A client's part in the sampler.
pub(super) struct Feed {
    sampler: Sampler,
    interval: Duration,
    /// The newest tick.
    pub(super) ticks: watch::Receiver<Tick>,
}

impl Drop for Feed {
    fn drop(&mut self) {
        let shared = &self.sampler.0;
        let mut clients = lock(&shared.clients);
        if let Some(count) = clients.intervals.get_mut(&self.interval) {
            *count -= 1;
        }
        clients.intervals.retain(|_, count| *count > 0);
        drop(clients);
        shared.changed.notify_one();
    }
}

impl Shared {
    fn run(&self) {
        let mut walked = Walked::default();
        while let Some(now) = self.wait(&walked) {
            let mut table = lock(&self.table);
            table.sample(&self.registry);
            let number = table.tick();
            drop(table);
            walked = Walked {
                began: Some(now),
                took: now.elapsed(),
            };
            Own::global()
                .stream_sample_duration
                .observe_duration(walked.took);
            let at = now.saturating_duration_since(self.start);
            self.ticks.send_replace(Tick { number, at });
        }
    }

    /// Waits for the next tick; `None` when nobody listens any more.
    ///
    /// Intervals are counted from one moment, so that clients with one interval, and those whose intervals are
    /// multiples, share ticks.
    fn wait(&self, walked: &Walked) -> Option<Instant> {
        let mut clients = lock(&self.clients);
        loop {
            let now = Instant::now();
            let last = walked.began.unwrap_or(self.start);
            let intervals = clients.intervals.keys();
            let Some(due) = intervals
                .map(|interval| next_due(self.start, last, *interval))
                .min()
            else {
                clients.running = false;
                lock(&self.table).forget();
                *lock(&self.deltas) = Deltas::default();
                return None;
            };
            let due = if clients.joining { now } else { due };
            let due = due.max(walked.rest_until().unwrap_or(due));
            if due <= now {
                clients.joining = false;
                return Some(now);
            }
            let waited = self.changed.wait_timeout(clients, due - now);
            clients = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// The last walk.
#[derive(Default)]
struct Walked {
    began: Option<Instant>,
    took: Duration,
}

impl Walked {
    /// When the next may begin: clients that join again and again do not make the sampler walk without end,
    /// and a walk that is slow takes at most half of a core.
    fn rest_until(&self) -> Option<Instant> {
        let [shortest, _] = INTERVAL_BOUNDS_MS;
        let apart = Duration::from_millis(shortest).max(self.took * 2);
        // as timers are not exact, a tick that is due in time is not put off by a hair
        Some(self.began? + apart.mul_f32(0.9))
    }
}

/// The first multiple of `interval` after `last`.
fn next_due(start: Instant, last: Instant, interval: Duration) -> Instant {
    let passed = last.saturating_duration_since(start).as_nanos() / interval.as_nanos().max(1);
    let turns = u32::try_from(passed + 1).unwrap_or(u32::MAX);
    start + interval.saturating_mul(turns)
}

/// Code of users runs in walks only, and the walk catches its panics.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
