//! Moments in the order in which series leave, so that a scrape knows which of them it has shown for the last time.
//! Taken by `register`, compared by `open`.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use super::sync::{AtomicU64, fence};

/// How many marks were taken.
#[cfg(not(all(loom, test)))]
static TAKEN: AtomicU64 = AtomicU64::new(0);
#[cfg(all(loom, test))]
loom::lazy_static! {
    static ref TAKEN: AtomicU64 = AtomicU64::new(0);
}

/// A moment before a scrape began, from [`Registry::mark`](crate::Registry::mark): what had been removed by then is in
/// that scrape in its final state.
#[derive(Clone, Copy, Debug)]
pub struct Mark(u64);

/// When a series left: how many marks had been taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left(u64);

impl Mark {
    pub(crate) fn now() -> Self {
        let mark = Self(TAKEN.fetch_add(1, Relaxed));
        fence(SeqCst);
        mark
    }
}

impl Left {
    /// To be asked when the series cannot be found any more: then who takes a mark afterwards, and reads the series
    /// afterwards, reads a state to which only those add who have found it before.
    pub(super) fn now() -> Self {
        // pairs with that of `Mark::now`: either this sees that mark, or who took it sees what was counted before
        fence(SeqCst);
        Self(TAKEN.load(Relaxed))
    }

    pub(super) fn is_before(self, mark: Mark) -> bool {
        self.0 <= mark.0
    }
}
