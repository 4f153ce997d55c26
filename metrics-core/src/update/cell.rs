//! Where values live: blocks of 64-bit cells that many threads update and the gatherer reads.
//! This is the seam for faster storage: nothing outside this file knows how a cell is stored.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::number::sealed::Stored;

/// A block of cells, all zero at first.
///
/// Every access is `Relaxed`: a cell is a number of its own, and no other memory hangs on it. An index
/// past the end is a no-op, or reads zero: it can come only from a hand-written [`crate::Label`].
#[derive(Debug)]
pub(super) struct Cells(Box<[AtomicU64]>);

impl Cells {
    pub(super) fn zeroed(len: usize) -> Self {
        Self((0..len).map(|_| AtomicU64::new(0)).collect())
    }

    /// Adds a value of whichever kind the cell holds.
    pub(super) fn add_value<V: Stored>(&self, index: usize, value: V) {
        if V::FLOAT {
            self.add_f64(index, f64::from_bits(value.to_bits()));
        } else {
            self.add(index, value.to_bits());
        }
    }

    /// Adds an integer, wrapping: a reader of a wrapped counter sees a reset.
    pub(super) fn add(&self, index: usize, n: u64) {
        if let Some(cell) = self.0.get(index) {
            cell.fetch_add(n, Relaxed);
        }
    }

    /// Adds to a cell that holds the bits of an `f64`.
    pub(super) fn add_f64(&self, index: usize, n: f64) {
        if let Some(cell) = self.0.get(index) {
            let add = |bits| Some((f64::from_bits(bits) + n).to_bits());
            // the closure always returns `Some`, so the update cannot fail
            let _ = cell.fetch_update(Relaxed, Relaxed, add);
        }
    }

    pub(super) fn set(&self, index: usize, bits: u64) {
        if let Some(cell) = self.0.get(index) {
            cell.store(bits, Relaxed);
        }
    }

    pub(super) fn get(&self, index: usize) -> u64 {
        self.0.get(index).map_or(0, |cell| cell.load(Relaxed))
    }
}
