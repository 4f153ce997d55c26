//! A combination in somebody's hand: its cells, its marks, and its children as they come into use.
//! Made by `combinations` and `owned`.

use std::sync::atomic::Ordering::Relaxed;

use super::combinations::{CELLS, Combinations, in_use};
use crate::update::cell::{Cells, Looking};
use crate::update::sync::AtomicU64;

/// A combination that was looked up: its row is not reused while this is there.
#[derive(Debug)]
pub(in crate::update) struct Found<'c> {
    pub(in crate::update) row: Row<'c>,
    _looking: Looking,
}

/// A combination whose row somebody keeps from being reused.
#[derive(Clone, Copy, Debug)]
pub(in crate::update) struct Row<'c> {
    pub(super) of: &'c Combinations,
    pub(super) row: u32,
    pub(super) numbers: &'c [AtomicU64],
}

impl<'c> Found<'c> {
    #[inline]
    pub(super) fn new(row: Row<'c>, looking: Looking) -> Self {
        Self {
            row,
            _looking: looking,
        }
    }
}

impl<'c> Row<'c> {
    /// The cells of the combination: those of its children, one after the other.
    pub(in crate::update) fn cells(&self) -> Cells<'c> {
        self.of.cells.get(self.row)
    }

    /// Which row it is, of those that there are now.
    pub(in crate::update) fn number(&self) -> u32 {
        self.row
    }

    /// The marks of one of its children, of which each has so many.
    #[inline]
    pub(in crate::update) fn marks(&self, child: usize, each: usize) -> &'c [AtomicU64] {
        let start = self.of.marks + child * each;
        self.numbers.get(start..start + each).unwrap_or_default()
    }

    /// Where these begin in the threads' tables, or past all of them.
    #[inline]
    pub(in crate::update) fn first(&self) -> usize {
        let first = self.numbers.get(CELLS);
        first.map_or(usize::MAX, |first| first.load(Relaxed) as usize)
    }

    /// Takes a child into use, whose labels `render` gives; it is told the open values, as they are kept.
    #[inline]
    pub(in crate::update) fn take_into_use(
        &self,
        child: usize,
        render: impl FnOnce(&[String]) -> String,
    ) {
        let (word, bit) = in_use(child);
        let in_use = self.numbers.get(word);
        if in_use.is_some_and(|in_use| in_use.load(Relaxed) & bit == 0)
            && !self.of.use_again(self.numbers, child)
        {
            let labels = render(&self.of.texts_of(self.numbers));
            self.of.name(self.row, child, &labels);
        }
    }
}
