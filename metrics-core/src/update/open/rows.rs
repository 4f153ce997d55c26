//! Rows of numbers and of cells that are never moved, so that they can be read while others are added.
//! Owned by `combinations` and `texts`, whose lock is held where rows are made.

use crate::update::cell::{Block, Cells, Change};
use crate::update::sync::{AtomicU64, OnceLock, zeroed};

/// Rows in the first segment; each segment has twice as many as the one before.
const FIRST: usize = 16;

/// With these, there are as many rows as a `u32` can count.
const SEGMENTS: usize = 28;

/// Rows of `width` numbers each, zero at first.
#[derive(Debug)]
pub(super) struct Rows {
    width: usize,
    segments: [OnceLock<Box<[AtomicU64]>>; SEGMENTS],
}

impl Rows {
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            segments: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// A row; empty if it has not been made.
    #[inline]
    pub(super) fn get(&self, row: u32) -> &[AtomicU64] {
        let (segment, place) = place_of(row);
        let segment = self.segments.get(segment).and_then(OnceLock::get);
        let first = place * self.width;
        segment
            .and_then(|numbers| numbers.get(first..first + self.width))
            .unwrap_or_default()
    }

    /// Makes sure that there is such a row; `false` if there is no memory for it. To be called by one thread at a
    /// time.
    pub(super) fn make(&self, row: u32) -> bool {
        let (segment, _) = place_of(row);
        let Some(place) = self.segments.get(segment) else {
            return false;
        };
        if place.get().is_none() {
            let Some(numbers) = zeroed((FIRST << segment) * self.width) else {
                return false;
            };
            let _ = place.set(numbers);
        }
        true
    }
}

/// Rows of `width` cells each.
#[derive(Debug)]
pub(super) struct CellRows {
    width: usize,
    change: Change,
    segments: [OnceLock<Block>; SEGMENTS],
    /// The cells of a row that has not been made.
    none: Block,
}

impl CellRows {
    pub(super) fn new(width: usize, change: Change) -> Self {
        Self {
            width,
            change,
            segments: std::array::from_fn(|_| OnceLock::new()),
            none: Block::new(0, Change::Set),
        }
    }

    /// The cells of a row.
    #[inline]
    pub(super) fn get(&self, row: u32) -> Cells<'_> {
        let (segment, place) = place_of(row);
        let segment = self.segments.get(segment).and_then(OnceLock::get);
        let cells = segment.and_then(|block| block.part(place * self.width, self.width));
        cells.unwrap_or(self.none.cells())
    }

    /// Makes sure that there is such a row. To be called by one thread at a time.
    pub(super) fn make(&self, row: u32) {
        let (segment, _) = place_of(row);
        let len = (FIRST << segment) * self.width;
        if let Some(place) = self.segments.get(segment)
            && place.get().is_none()
        {
            let _ = place.set(Block::one_of_many(len, self.change));
        }
    }

    /// Makes a row zero, whose cells nobody writes.
    pub(super) fn clear(&self, row: u32) {
        let (segment, place) = place_of(row);
        if let Some(block) = self.segments.get(segment).and_then(OnceLock::get) {
            block.clear(place * self.width, self.width);
        }
    }
}

/// The segment of a row, and which of the segment's rows it is.
#[inline]
fn place_of(row: u32) -> (usize, usize) {
    let row = row as usize + FIRST;
    let segment = (row.ilog2() - FIRST.ilog2()) as usize;
    (segment, row - (FIRST << segment))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;

    #[test]
    fn every_row_is_one_of_its_own() {
        let rows = Rows::new(3);
        for row in 0..1000 {
            assert!(rows.get(row).is_empty() || row % 16 != 0 || row > 16);
            assert!(rows.make(row));
            for number in rows.get(row) {
                assert_eq!(number.swap(u64::from(row) + 1, Relaxed), 0);
            }
            assert_eq!(rows.get(row).len(), 3);
        }
        for row in 0..1000 {
            assert!(
                rows.get(row)
                    .iter()
                    .all(|n| n.load(Relaxed) == u64::from(row) + 1)
            );
        }
    }

    #[test]
    fn the_last_rows_have_segments() {
        assert_eq!(place_of(0), (0, 0));
        assert_eq!(place_of(16), (1, 0));
        assert_eq!(place_of(u32::MAX - 16).0, SEGMENTS - 1);
        assert!(Rows::new(1).get(u32::MAX).is_empty());
    }
}
