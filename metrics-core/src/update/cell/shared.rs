//! Cells that all threads share, each update a locked instruction: gauges that are set, series that can be
//! removed, and what has no place in a thread's table.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::{Block, Read};

/// A block of cells that any thread may change.
///
/// Every access is `Relaxed`: a cell is a number of its own, and no other memory hangs on it.
#[derive(Debug)]
pub(in crate::update) struct Cells(Box<[AtomicU64]>);

impl Cells {
    pub(in crate::update) fn set(&self, index: usize, bits: u64) {
        if let Some(cell) = self.0.get(index) {
            cell.store(bits, Relaxed);
        }
    }

    pub(in crate::update) fn get(&self, index: usize) -> u64 {
        self.0.get(index).map_or(0, |cell| cell.load(Relaxed))
    }
}

impl Block for Cells {
    fn zeroed(len: usize) -> Self {
        Self((0..len).map(|_| AtomicU64::new(0)).collect())
    }

    fn add(&self, index: usize, n: u64) {
        if let Some(cell) = self.0.get(index) {
            cell.fetch_add(n, Relaxed);
        }
    }

    fn add_f64(&self, index: usize, n: f64) {
        if let Some(cell) = self.0.get(index) {
            let add = |bits| Some((f64::from_bits(bits) + n).to_bits());
            // the closure always returns `Some`, so the update cannot fail
            let _ = cell.fetch_update(Relaxed, Relaxed, add);
        }
    }

    fn read(&self) -> Read<'_> {
        Read {
            shared: self,
            first: None,
        }
    }
}
