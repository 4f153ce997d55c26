//! Cells that are only added to, one for each thread that adds: counters, buckets, sums.

use super::own::{claim, own, update_own, write};
use super::shared::Cells;
use super::table::{RANGE, TABLES};
use super::{Block, Read};
use crate::update::number::sealed::Stored;

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
            first: TABLES.reserve(len),
            len,
            shared: Cells::zeroed(len),
        }
    }

    #[inline]
    fn add(&self, index: usize, n: u64) {
        self.add_value(index, n);
    }

    #[inline]
    fn add_f64(&self, index: usize, n: f64) {
        self.add_value(index, n);
    }

    #[inline]
    fn add_value<V: Stored>(&self, index: usize, value: V) {
        debug_assert!(index < self.len, "{index} is in the next block");
        if !update_own(self.first + index, |bits| plus(bits, value)) {
            self.add_slowly(index, value);
        }
    }

    #[inline]
    fn observe<V: Stored>(&self, count: usize, sum: usize, value: V) {
        debug_assert!(count < self.len && sum < self.len);
        let cells = own(self.first);
        // one look for the table instead of two
        if let (Some(counted), Some(summed)) = (cells.get(count), cells.get(sum)) {
            write(counted, |bits| bits.wrapping_add(1));
            write(summed, |bits| plus(bits, value));
        } else {
            self.add(count, 1);
            self.add_value(sum, value);
        }
    }

    fn read(&self) -> Read<'_> {
        Read {
            shared: self.shared.shared(),
            first: (self.first < RANGE).then_some(self.first),
        }
    }
}

impl Sums {
    /// The first update of a thread, or one that has no place in its table.
    #[cold]
    #[inline(never)]
    fn add_slowly<V: Stored>(&self, index: usize, value: V) {
        let has_place = self.first < RANGE;
        if !(has_place && claim() && update_own(self.first + index, |bits| plus(bits, value))) {
            self.shared.shared().add_value(index, value);
        }
    }
}

/// The bits of a cell after a value has been added to it.
#[inline]
fn plus<V: Stored>(bits: u64, value: V) -> u64 {
    if V::FLOAT {
        (f64::from_bits(bits) + f64::from_bits(value.to_bits())).to_bits()
    } else {
        bits.wrapping_add(value.to_bits())
    }
}

impl Drop for Sums {
    /// Nobody holds the block any more, so nobody can write its cells: they become zero, and free.
    fn drop(&mut self) {
        TABLES.release(self.first, self.len);
    }
}
