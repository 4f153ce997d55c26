//! Where values live: blocks of 64-bit cells that many threads update and the gatherer reads.
//! This is the seam to storage: nothing outside this folder knows how a cell is stored.

mod looking;
#[cfg(all(loom, test))]
mod model;
mod own;
mod read;
mod shared;
mod sums;
mod table;

pub(super) use looking::{Lookers, Looking};
pub(super) use read::Read;
pub(super) use shared::{Cells, Shared};
pub(super) use sums::Sums;

use super::number::sealed::Stored;

/// A block of cells, all zero at first.
///
/// An index past the end is a mistake of this crate: it is not checked where that would cost time.
pub(super) trait Block {
    fn zeroed(len: usize) -> Self;

    /// Adds an integer, wrapping: a reader of a wrapped counter sees a reset.
    fn add(&self, index: usize, n: u64);

    /// Adds to a cell that holds the bits of an `f64`.
    fn add_f64(&self, index: usize, n: f64);

    /// The block as it can be read.
    fn read(&self) -> Read<'_>;

    /// Adds a value of whichever kind the cell holds.
    #[inline]
    fn add_value<V: Stored>(&self, index: usize, value: V) {
        if V::FLOAT {
            self.add_f64(index, f64::from_bits(value.to_bits()));
        } else {
            self.add(index, value.to_bits());
        }
    }

    /// Adds one to the cell `count`, and a value to the cell `sum`.
    #[inline]
    fn observe<V: Stored>(&self, count: usize, sum: usize, value: V) {
        self.add(count, 1);
        self.add_value(sum, value);
    }
}
