//! Which process this is: a forked child has a copy of what its parent had, and none of its parent's threads.
//! `register::fork` says what is done about it.

use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// The process whose counts these are; 0 before anything is there that could count. All threads that set it at once set
/// the same, and it orders nothing: so there is no model of it.
static COUNTS_OF: AtomicU32 = AtomicU32::new(0);

/// Something is there that counts, from now on, for this process.
pub(super) fn counts_here() {
    // a child that makes more of what its parent had does not make that its own
    let _ = COUNTS_OF.compare_exchange(0, process::id(), Relaxed, Relaxed);
}

/// What was counted before has been forgotten.
pub(crate) fn begin_anew() {
    COUNTS_OF.store(process::id(), Relaxed);
}

/// Whether what is counted is, or was at the fork, another process'.
pub(crate) fn is_forked() -> bool {
    let of = COUNTS_OF.load(Relaxed);
    of != 0 && of != process::id()
}

/// What each process has for itself: a forked child begins with a new one, since the locks of its parent's may be held by
/// threads, and its jobs run by threads, that the child does not have.
#[derive(Debug)]
pub(crate) struct PerProcess<T>(OnceLock<Box<Of<T>>>);

#[derive(Debug)]
struct Of<T> {
    process: u32,
    it: T,
    /// What the children of the process have, and theirs: as many as there were forks in this one's line.
    next: PerProcess<T>,
}

impl<T> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }
}

impl<T: Default> PerProcess<T> {
    pub(crate) fn get(&self) -> &T {
        self.of(process::id())
    }

    fn of(&self, process: u32) -> &T {
        let mut place = self;
        loop {
            let of = place.0.get_or_init(|| {
                Box::new(Of {
                    process,
                    it: T::default(),
                    next: Self::new(),
                })
            });
            if of.process == process {
                return &of.it;
            }
            place = &of.next;
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn a_lock_that_a_parent_held_is_not_that_of_its_child() {
        let per_process = PerProcess::<Mutex<u32>>::new();
        let (parent, child) = (per_process.of(1), per_process.of(2));
        let mut held = parent.lock().expect("nobody panics");
        *held = 7;
        assert_eq!(*child.try_lock().expect("it is the child's own"), 0);
        *child.lock().expect("nobody panics") = 8;
        drop(held);
        for (process, has) in [(1, 7), (2, 8), (3, 0), (1, 7)] {
            let lock = per_process.of(process).lock();
            assert_eq!(*lock.expect("nobody panics"), has, "{process}");
        }
    }
}
