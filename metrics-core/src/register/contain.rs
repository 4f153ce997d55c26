//! Code of users, contained: it runs on a thread of its own, once for all who wait, and its panics are caught. `worker` has
//! the threads, and `round` those who wait, until a deadline.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::round::Ticket;
use super::worker::{self, Inside, Work};
use crate::update::{PerProcess, forget_panic};
#[cfg(feature = "testing")]
use crate::update::{World, enter};

/// After so long, a job is left to itself, and another thread goes on with the rest. Most jobs read some numbers, and
/// are done in microseconds; one that asks the disk takes a few milliseconds; and if one hangs, all others are late by so
/// much, which a scrape does not notice.
pub(super) const SLOW: Duration = Duration::from_millis(50);

/// Code of a user's that is run for gathers, and fills a `T` each time.
pub(crate) struct Job<T> {
    code: Box<dyn Fn(&mut T) + Send + Sync>,
    #[cfg(feature = "testing")]
    world: Option<World>,
    // two counts of which each stands for itself, so there is no model of them
    panics: AtomicU64,
    pub(super) timeouts: AtomicU64,
    /// A run that is under way in the parent of a forked child never ends there.
    runs: PerProcess<Mutex<Runs<T>>>,
}

/// Of each job at most one run is under way, or waits for a thread.
pub(super) struct Runs<T> {
    /// When the run that is under way began.
    pub(super) since: Option<Instant>,
    pub(super) queued: bool,
    /// Who waits for a run that begins later than they asked: what has begun already may not know of their updates.
    pub(super) waiting: Vec<Arc<Ticket<T>>>,
}

impl<T: Default + Send + Sync + 'static> Job<T> {
    /// What `code` had filled in before a panic stands.
    pub(super) fn new(home: Home, code: impl Fn(&mut T) + Send + Sync + 'static) -> Arc<Self> {
        #[cfg(not(feature = "testing"))]
        let _ = home;
        Arc::new(Self {
            code: Box::new(code),
            #[cfg(feature = "testing")]
            world: home.0,
            panics: AtomicU64::new(0),
            timeouts: AtomicU64::new(0),
            runs: PerProcess::new(),
        })
    }

    /// How many runs panicked.
    pub(super) fn panics(&self) -> u64 {
        self.panics.load(Relaxed)
    }

    /// Counts a panic of what belongs to the job.
    pub(super) fn count_panic(&self) {
        self.panics.fetch_add(1, Relaxed);
    }

    /// How many gathers went on without it.
    pub(super) fn timeouts(&self) -> u64 {
        self.timeouts.load(Relaxed)
    }

    /// Nothing was counted so far: this is a forked child, and what was counted is its parent's.
    pub(super) fn forget(&self) {
        self.panics.store(0, Relaxed);
        self.timeouts.store(0, Relaxed);
    }

    pub(super) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    pub(super) fn run(&self) -> Arc<T> {
        #[cfg(feature = "testing")]
        let _entered = enter(self.world);
        let _inside = Inside::enter(self.address());
        let mut output = T::default();
        // whatever a panic leaves half-done belongs to the user's code, not to us
        let ended = catch_unwind(AssertUnwindSafe(|| (self.code)(&mut output)));
        if let Err(panic) = ended {
            self.count_panic();
            forget_panic(panic);
        }
        Arc::new(output)
    }

    #[cfg(all(test, not(loom)))]
    pub(super) fn poison(&self) {
        crate::update::poison(self.runs.get());
    }

    /// No code of users runs under this lock.
    pub(super) fn runs(&self) -> MutexGuard<'_, Runs<T>> {
        let runs = self.runs.get();
        runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Default + Send + Sync + 'static> Work for Job<T> {
    fn work(self: Arc<Self>) {
        let waiting = {
            let mut runs = self.runs();
            runs.queued = false;
            let waiting = std::mem::take(&mut runs.waiting);
            if waiting.is_empty() {
                return;
            }
            runs.since = Some(Instant::now());
            waiting
        };
        let output = self.run();
        let again = {
            let mut runs = self.runs();
            runs.since = None;
            runs.queued = !runs.waiting.is_empty();
            runs.queued
        };
        for ticket in waiting {
            ticket.fill(Arc::clone(&output));
        }
        if again {
            worker::add(vec![self as _], SLOW);
        }
    }
}

impl<T> Default for Runs<T> {
    fn default() -> Self {
        Self {
            since: None,
            queued: false,
            waiting: Vec::new(),
        }
    }
}

impl<T> fmt::Debug for Job<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}

/// In which world jobs run: that of the registry, or else that in which it was told of the job. There are worlds only
/// with the feature `testing`.
#[derive(Clone, Copy)]
pub(super) struct Home(#[cfg(feature = "testing")] Option<World>);

impl Home {
    pub(super) fn here() -> Self {
        Self(
            #[cfg(feature = "testing")]
            World::current(),
        )
    }

    pub(super) fn or_here(self) -> Self {
        Self(
            #[cfg(feature = "testing")]
            self.0.or_else(World::current),
        )
    }
}

impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Home")
    }
}
