//! Rows of numbers and of cells that are never moved, so that they can be read while others are added.
//! Owned by `combinations` and `texts`, whose lock is held where rows are made.

use crate::update::cell::{Block, Cells, Storage};
use crate::update::sync::{AtomicU64, OnceLock, zeroed};

/// Rows in a segment, and numbers in it, at most: the first series of a family does not take room for a thousand wide
/// ones. A row that is wider has a segment of its own.
#[cfg(not(all(loom, test)))]
const ROWS: usize = 256;
#[cfg(all(loom, test))]
const ROWS: usize = 1;
const NUMBERS: usize = 4096;

/// How rows are laid out: in segments that are made when they are needed, each found by a shift.
#[derive(Clone, Copy, Debug)]
struct Layout {
    width: usize,
    /// Rows in a segment, as a power of two.
    bits: u32,
}

impl Layout {
    /// For up to `rows` rows.
    fn new(width: usize, rows: usize) -> Self {
        let fitting = (NUMBERS / width.max(1)).clamp(1, ROWS);
        Self {
            width,
            bits: fitting.min(rows.max(1).next_power_of_two()).ilog2(),
        }
    }

    /// Room for the segments.
    fn segments<T>(self, rows: usize) -> Box<[OnceLock<T>]> {
        let segments = rows.div_ceil(1 << self.bits);
        (0..segments).map(|_| OnceLock::new()).collect()
    }

    /// The numbers in a segment.
    fn segment_len(self) -> usize {
        self.width << self.bits
    }

    /// The segment of a row, and where in it the row begins.
    #[inline]
    fn place(self, row: u32) -> (usize, usize) {
        let row = row as usize;
        let in_segment = row & ((1 << self.bits) - 1);
        (row >> self.bits, in_segment * self.width)
    }
}

/// Rows of `width` numbers each, zero at first.
#[derive(Debug)]
pub(super) struct Rows {
    layout: Layout,
    segments: Box<[OnceLock<Box<[AtomicU64]>>]>,
}

impl Rows {
    /// For up to `rows` rows.
    pub(super) fn new(width: usize, rows: usize) -> Self {
        let layout = Layout::new(width, rows);
        Self {
            layout,
            segments: layout.segments(rows),
        }
    }

    /// A row; empty if it has not been made.
    #[inline]
    pub(super) fn get(&self, row: u32) -> &[AtomicU64] {
        let (segment, first) = self.layout.place(row);
        let segment = self.segments.get(segment).and_then(OnceLock::get);
        let row = segment.and_then(|numbers| numbers.get(first..first + self.layout.width));
        row.unwrap_or_default()
    }

    /// Makes sure that there is such a row; `false` if there are no more rows, or no memory for it. To be called by
    /// one thread at a time.
    pub(super) fn make(&self, row: u32) -> bool {
        let (segment, _) = self.layout.place(row);
        let Some(place) = self.segments.get(segment) else {
            return false;
        };
        if place.get().is_none() {
            let Some(numbers) = zeroed(self.layout.segment_len()) else {
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
    layout: Layout,
    storage: Storage,
    segments: Box<[OnceLock<Block>]>,
    /// The cells of a row that has not been made.
    none: Block,
}

impl CellRows {
    /// For up to `rows` rows.
    pub(super) fn new(width: usize, storage: Storage, rows: usize) -> Self {
        let layout = Layout::new(width, rows);
        Self {
            layout,
            storage,
            segments: layout.segments(rows),
            none: Block::new(0, Storage::Shared),
        }
    }

    /// The cells of a row.
    #[inline]
    pub(super) fn get(&self, row: u32) -> Cells<'_> {
        let (segment, first) = self.layout.place(row);
        let segment = self.segments.get(segment).and_then(OnceLock::get);
        let cells = segment.and_then(|block| block.part(first, self.layout.width));
        cells.unwrap_or(self.none.cells())
    }

    /// Makes sure that there is such a row; `false` if there are no more rows, or no memory for it. To be called by
    /// one thread at a time.
    pub(super) fn make(&self, row: u32) -> bool {
        let (segment, _) = self.layout.place(row);
        let Some(place) = self.segments.get(segment) else {
            return false;
        };
        if place.get().is_none() {
            let block = Block::one_of_many(self.layout.segment_len(), self.storage);
            return block.is_some_and(|block| place.set(block).is_ok());
        }
        true
    }

    /// Makes a row zero, whose cells nobody writes.
    pub(super) fn clear(&self, row: u32) {
        let (segment, first) = self.layout.place(row);
        if let Some(block) = self.segments.get(segment).and_then(OnceLock::get) {
            block.clear(first, self.layout.width);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;

    #[test]
    fn every_row_is_one_of_its_own() {
        let rows = Rows::new(3, 1000);
        for row in 0..1000 {
            assert!(rows.make(row));
            for number in rows.get(row) {
                assert_eq!(number.swap(u64::from(row) + 1, Relaxed), 0);
            }
            assert_eq!(rows.get(row).len(), 3);
        }
        for row in 0..1000 {
            let is_own = |n: &AtomicU64| n.load(Relaxed) == u64::from(row) + 1;
            assert!(rows.get(row).iter().all(is_own));
        }
    }

    #[test]
    fn there_are_no_more_rows_than_asked_for() {
        for rows in [1, 2, 3, 255, 256, 257, 1000] {
            let rows_of_cells = CellRows::new(2, Storage::Summed, rows);
            let made = Rows::new(2, rows);
            for row in 0..rows as u32 {
                assert!(made.make(row));
                assert!(rows_of_cells.make(row));
                rows_of_cells.get(row).add(1, 5_u64);
                assert_eq!(rows_of_cells.get(row).get_u64(1), 5);
            }
            assert!(!made.make(rows.next_multiple_of(ROWS) as u32));
            assert!(made.get(u32::MAX).is_empty());
        }
    }
}
