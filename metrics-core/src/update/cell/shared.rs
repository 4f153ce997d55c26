//! Cells that all threads share, each update a locked instruction: gauges that are set, series that can be
//! removed, and what has no place in a thread's table.

use std::sync::atomic::Ordering::Relaxed;

use super::{Block, Read};
use crate::update::number::sealed::Stored;
use crate::update::sync::AtomicU64;

/// Cells that any thread may change.
///
/// Every access is `Relaxed`: a cell is a number of its own, and no other memory hangs on it. An index past the end
/// is no cell, and reads as zero.
#[derive(Clone, Copy, Debug)]
pub(in crate::update) struct Shared<'c>(pub(in crate::update) &'c [AtomicU64]);

impl<'c> Shared<'c> {
    #[inline]
    pub(in crate::update) fn set(self, index: usize, bits: u64) {
        if let Some(cell) = self.0.get(index) {
            cell.store(bits, Relaxed);
        }
    }

    #[inline]
    pub(in crate::update) fn get(self, index: usize) -> u64 {
        self.0.get(index).map_or(0, |cell| cell.load(Relaxed))
    }

    #[inline]
    pub(in crate::update) fn add(self, index: usize, n: u64) {
        if let Some(cell) = self.0.get(index) {
            cell.fetch_add(n, Relaxed);
        }
    }

    #[inline]
    pub(in crate::update) fn add_f64(self, index: usize, n: f64) {
        if let Some(cell) = self.0.get(index) {
            let add = |bits| Some((f64::from_bits(bits) + n).to_bits());
            // the closure always returns `Some`, so the update cannot fail
            let _ = cell.fetch_update(Relaxed, Relaxed, add);
        }
    }

    /// Adds a value of whichever kind the cell holds.
    #[inline]
    pub(in crate::update) fn add_value<V: Stored>(self, index: usize, value: V) {
        if V::FLOAT {
            self.add_f64(index, f64::from_bits(value.to_bits()));
        } else {
            self.add(index, value.to_bits());
        }
    }

    pub(in crate::update) fn read(self) -> Read<'c> {
        Read {
            shared: self,
            first: None,
        }
    }
}

/// A block of cells that all threads share.
#[derive(Debug)]
pub(in crate::update) struct Cells(Box<[AtomicU64]>);

impl Cells {
    #[inline]
    pub(in crate::update) fn shared(&self) -> Shared<'_> {
        Shared(&self.0)
    }
}

impl Block for Cells {
    fn zeroed(len: usize) -> Self {
        Self((0..len).map(|_| AtomicU64::new(0)).collect())
    }

    #[inline]
    fn add(&self, index: usize, n: u64) {
        self.shared().add(index, n);
    }

    #[inline]
    fn add_f64(&self, index: usize, n: f64) {
        self.shared().add_f64(index, n);
    }

    fn read(&self) -> Read<'_> {
        self.shared().read()
    }
}
