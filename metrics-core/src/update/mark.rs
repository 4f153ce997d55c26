//! Moments in the order in which series leave, so that a scrape knows which of them it has shown for the last time.
//! Taken by `register`, compared by `open`.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// How many marks were taken.
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// A moment before a scrape began, from [`Registry::mark`](crate::Registry::mark): what had been removed by then is in
/// that scrape in its final state.
#[derive(Clone, Copy, Debug)]
pub struct Mark(u64);

/// When a series left: how many marks had been taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left(u64);

impl Mark {
    pub(crate) fn now() -> Self {
        Self(TAKEN.fetch_add(1, SeqCst))
    }
}

impl Left {
    /// To be asked when the series cannot be found any more: then who takes a mark afterwards, and reads the series
    /// afterwards, reads a state to which only those add who have found it before.
    pub(super) fn now() -> Self {
        Self(TAKEN.load(SeqCst))
    }

    pub(super) fn is_before(self, mark: Mark) -> bool {
        self.0 <= mark.0
    }
}
