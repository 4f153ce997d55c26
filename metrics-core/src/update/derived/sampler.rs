//! The thread that looks at the sources of all windows of the process while time passes, so that a value is right
//! whenever it is read. It is there while there is something to look at.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::{Derivation, lock};
use crate::update::forget_panic;

/// How the thread is called, in as many bytes as Linux shows.
const NAME: &str = "metrics-derived";

static SAMPLER: Sampler = Sampler {
    watched: Mutex::new(Vec::new()),
    more: Condvar::new(),
    runs_in: AtomicU32::new(0),
};

struct Sampler {
    watched: Mutex<Vec<Watched>>,
    /// There is more to look at.
    more: Condvar,
    /// The process that has the thread: a forked one does not. 0 if none has; changes under the lock.
    /// Who asks without it asks for a hint, so there is no model of it.
    runs_in: AtomicU32,
}

struct Watched {
    derivation: Weak<Derivation>,
    every: Duration,
    next: Instant,
}

/// Looks at `derivation` from now on, for as long as somebody else keeps it. Not in a process that was forked in the moment
/// in which the thread held the lock: there, who reads a value looks.
pub(super) fn watch(derivation: &Arc<Derivation>) {
    let every = derivation.every();
    let Some(mut watched) = SAMPLER.watched_unless_forked() else {
        return;
    };
    watched.push(Watched {
        derivation: Arc::downgrade(derivation),
        every,
        next: Instant::now() + every,
    });
    SAMPLER.start();
    drop(watched);
    SAMPLER.more.notify_one();
}

/// Starts the thread if it is not there: in a forked process, or where there were no more threads to be had.
pub(super) fn ensure() {
    if SAMPLER.runs_in.load(Relaxed) == std::process::id() {
        return;
    }
    // in a forked process the lock may be held by a thread that is not there
    if let Ok(watched) = SAMPLER.watched.try_lock()
        && !watched.is_empty()
    {
        SAMPLER.start();
    }
}

impl Sampler {
    fn watched(&self) -> MutexGuard<'_, Vec<Watched>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` where a thread holds the lock that is not there: a forked process has none but the one that forked it.
    fn watched_unless_forked(&self) -> Option<MutexGuard<'_, Vec<Watched>>> {
        let runs_in = self.runs_in.load(Relaxed);
        if runs_in == 0 || runs_in == std::process::id() {
            return Some(self.watched());
        }
        lock(&self.watched)
    }

    /// To be called under the lock.
    fn start(&self) {
        let process = std::process::id();
        if self.runs_in.load(Relaxed) != process {
            let thread = thread::Builder::new().name(NAME.to_owned());
            if thread.spawn(|| SAMPLER.run()).is_ok() {
                self.runs_in.store(process, Relaxed);
            }
        }
    }

    fn run(&self) {
        let mut watched = self.watched();
        loop {
            watched.retain(|watched| watched.derivation.strong_count() > 0);
            let now = Instant::now();
            let Some(next) = watched.iter().map(|watched| watched.next).min() else {
                self.runs_in.store(0, Relaxed);
                return;
            };
            if next > now {
                let waited = self.more.wait_timeout(watched, next - now);
                watched = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let due = watched.iter_mut().filter(|watched| watched.next <= now);
            let due: Vec<_> = due
                .map(|watched| {
                    // what was missed is not made up for
                    watched.next = now + watched.every;
                    Weak::clone(&watched.derivation)
                })
                .collect();
            drop(watched);
            for derivation in due.iter().filter_map(Weak::upgrade) {
                // it may be the last one, and a metric of a user's own type has a destructor
                let sampled = catch_unwind(AssertUnwindSafe(move || derivation.sample()));
                let _ = sampled.map_err(forget_panic);
            }
            watched = self.watched();
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::update::poison;

    #[test]
    fn a_poisoned_lock_is_locked() {
        let sampler = Sampler {
            watched: Mutex::new(Vec::new()),
            more: Condvar::new(),
            runs_in: AtomicU32::new(u32::MAX),
        };
        poison(&sampler.watched);
        assert!(sampler.watched_unless_forked().is_some());
        assert!(sampler.watched().is_empty());
        // those of the values that are computed, which nobody waits for
        assert!(lock(&sampler.watched).is_some());
    }

    #[test]
    fn a_lock_that_was_held_when_the_process_was_forked_is_not_waited_for() {
        let forked = Sampler {
            watched: Mutex::new(Vec::new()),
            more: Condvar::new(),
            // never that of a test
            runs_in: AtomicU32::new(u32::MAX),
        };
        assert!(forked.watched_unless_forked().is_some());
        let _held = forked.watched();
        assert!(forked.watched_unless_forked().is_none());
    }
}
