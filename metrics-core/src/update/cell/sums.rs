//! Cells that are only added to, one for each thread that adds: counters, buckets, sums.

use super::shared::Cells;
use super::{Block, Read, table};

/// A block of cells that are only added to.
///
/// Each thread adds to a cell of its own, which nobody else writes; the value is the sum over the threads.
/// What has no place in a thread's table (past its range, or while the thread is torn down) goes to a shared
/// cell, which is one more summand.
///
/// Every access is `Relaxed`: a cell is a number of its own, and no other memory hangs on it. Whoever saw a sum
/// of growing cells sees at least that sum later, for the same cells are added up in the same order.
#[derive(Debug)]
pub(in crate::update) struct Sums {
    /// Where the block begins in every thread's table, or past all of them.
    first: usize,
    len: usize,
    shared: Cells,
}

impl Block for Sums {
    fn zeroed(len: usize) -> Self {
        Self {
            first: table::reserve(len),
            len,
            shared: Cells::zeroed(len),
        }
    }

    #[inline]
    fn add(&self, index: usize, n: u64) {
        self.update(
            index,
            move |bits| bits.wrapping_add(n),
            move |shared| shared.add(index, n),
        );
    }

    #[inline]
    fn add_f64(&self, index: usize, n: f64) {
        let own = move |bits| (f64::from_bits(bits) + n).to_bits();
        self.update(index, own, move |shared| shared.add_f64(index, n));
    }

    fn read(&self) -> Read<'_> {
        Read {
            shared: &self.shared,
            first: (self.first < table::RANGE).then_some(self.first),
        }
    }
}

impl Sums {
    #[inline]
    fn update(&self, index: usize, own: impl Fn(u64) -> u64, shared: impl FnOnce(&Cells)) {
        debug_assert!(index < self.len, "{index} is in the next block");
        if !table::update_own(self.first + index, &own) {
            self.update_slowly(index, own, shared);
        }
    }

    /// The first update of a thread, or one that has no place in its table.
    #[cold]
    #[inline(never)]
    fn update_slowly(&self, index: usize, own: impl Fn(u64) -> u64, shared: impl FnOnce(&Cells)) {
        let has_place = self.first < table::RANGE;
        if !(has_place && table::claim() && table::update_own(self.first + index, own)) {
            shared(&self.shared);
        }
    }
}

impl Drop for Sums {
    /// Nobody holds the block any more, so nobody can write its cells: they become zero, and free.
    fn drop(&mut self) {
        table::release(self.first, self.len);
    }
}
