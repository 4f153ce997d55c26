//! What the children of a family are made of, and how they are read.

use crate::update::cell::{Cells, Storage};
use crate::update::sync::AtomicU64;

/// What each child of a family is made of.
#[derive(Clone, Copy, Debug)]
pub(in crate::update) struct Shape {
    /// How many cells it has.
    pub(in crate::update) width: usize,
    /// Where updates of these go.
    pub(in crate::update) storage: Storage,
    /// How many numbers it has that all threads share, zero at first: they say what is in cells whose meaning is not
    /// known before, and what there is beside them.
    pub(in crate::update) marks: usize,
}

impl Shape {
    /// So many cells and nothing else.
    pub(in crate::update) const fn of_cells(width: usize, storage: Storage) -> Self {
        Self {
            width,
            storage,
            marks: 0,
        }
    }
}

/// Which child of its family: the same number for one that comes after it was removed, whose marks are zero again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::update) enum ChildId {
    /// By its finite labels; or what overflows.
    Dense(usize),
    /// By its row among the open labels, and its finite ones.
    Open(u32, usize),
}

/// What is read of each child.
#[derive(Clone, Copy, Debug)]
pub(in crate::update) struct Values {
    /// So many numbers.
    pub(in crate::update) each: usize,
    /// Whether its marks are looked at; else a [`Reader`] may have none.
    pub(in crate::update) marks: bool,
}

/// A child that is read: the cells that its own are among, where they begin, and its marks.
#[derive(Clone, Copy)]
pub(in crate::update) struct Reader<'c> {
    pub(in crate::update) cells: Cells<'c>,
    pub(in crate::update) start: usize,
    pub(in crate::update) marks: &'c [AtomicU64],
}

/// A child that was read: its labels, and the numbers that were read of it.
#[derive(Clone, Copy)]
pub(in crate::update) struct Read<'r> {
    pub(in crate::update) id: ChildId,
    pub(in crate::update) labels: &'r str,
    pub(in crate::update) values: &'r [u64],
    /// Since when it counts, in milliseconds since 1970; 0 of what does not count, but goes up and down.
    pub(in crate::update) created_millis: u64,
}
