//! The cells of one child, resolved: by its finite labels, by a look-up, or by one of its owners.

use super::shape::{ChildId, Shape};
use crate::update::cell::{Block, Cells, add_own, observe_own};
use crate::update::exemplar::Exemplars;
use crate::update::number::sealed::Stored;
use crate::update::open::{Found, Row};
use crate::update::sync::{AtomicU64, clear, zeroed};

/// Children side by side.
#[derive(Debug)]
pub(in crate::update) struct Dense {
    pub(super) block: Block,
    marks: Box<[AtomicU64]>,
}

/// The cells of one child, resolved.
pub(in crate::update) struct Slot<'a> {
    of: SlotOf<'a>,
    /// Which of the children there it is.
    child: usize,
    /// Where among the cells of that the child's begin.
    start: usize,
    /// Where the child's cells begin in the threads' tables, or past all of them.
    first: usize,
}

enum SlotOf<'a> {
    Dense(&'a Dense),
    Open(Found<'a>),
    /// By one of its owners.
    Owned(Row<'a>),
}

/// A child that somebody owns, of a family with an open label. It is given back to [`Family::disown`].
#[derive(Debug)]
pub struct OwnedChild {
    /// Its row; `None` for the overflow series.
    pub(super) row: Option<u32>,
    pub(super) finite: usize,
}

/// The cells of a child that is there for good, to be kept and sent.
#[derive(Debug)]
pub(in crate::update) struct FiniteSlot<'a> {
    pub(super) dense: &'a Dense,
    pub(super) child: usize,
    pub(super) start: usize,
}

impl FiniteSlot<'_> {
    /// What [`Family::finite`] finds it by again.
    pub(in crate::update) fn child(&self) -> usize {
        self.child
    }

    #[inline]
    pub(in crate::update) fn slot(&self) -> Slot<'_> {
        Slot::dense(self.dense, self.child, self.start)
    }
}

impl<'a> Slot<'a> {
    #[inline]
    pub(super) fn dense(dense: &'a Dense, child: usize, start: usize) -> Self {
        Self {
            first: dense.block.cells().short() + start,
            of: SlotOf::Dense(dense),
            child,
            start,
        }
    }

    #[inline]
    pub(super) fn open(found: Found<'a>, child: usize, start: usize) -> Self {
        Self {
            first: found.row.first().saturating_add(start),
            of: SlotOf::Open(found),
            child,
            start,
        }
    }

    #[inline]
    pub(super) fn owned(row: Row<'a>, child: usize, start: usize) -> Self {
        Self {
            first: row.first().saturating_add(start),
            of: SlotOf::Owned(row),
            child,
            start,
        }
    }

    /// Which child it is.
    #[inline]
    pub(in crate::update) fn id(&self) -> ChildId {
        match &self.of {
            SlotOf::Dense(_) => ChildId::Dense(self.child),
            SlotOf::Open(Found { row, .. }) | SlotOf::Owned(row) => {
                ChildId::Open(row.number(), self.child)
            }
        }
    }

    /// The marks of the child, of which each has so many.
    #[inline]
    pub(in crate::update) fn marks(&self, each: usize) -> &[AtomicU64] {
        match &self.of {
            SlotOf::Dense(dense) => dense.marks(self.child, each),
            SlotOf::Open(Found { row, .. }) | SlotOf::Owned(row) => row.marks(self.child, each),
        }
    }

    /// The same, to be lent to a function that is not inlined: the one it is made of need not lie in memory for that.
    #[inline(always)]
    pub(in crate::update) fn to_lend(&self) -> Slot<'_> {
        Slot {
            of: match &self.of {
                SlotOf::Dense(dense) => SlotOf::Dense(dense),
                SlotOf::Open(Found { row, .. }) | SlotOf::Owned(row) => SlotOf::Owned(*row),
            },
            ..*self
        }
    }

    /// Of an update that went the long way: whether an exemplar is to be taken for it from what is current.
    #[inline(always)]
    pub(in crate::update) fn look(&self, exemplars: &Exemplars, bucket: usize, value: f64) {
        // each by itself, so that a slot need not lie in memory
        match &self.of {
            SlotOf::Dense(dense) => dense.look(self.child, exemplars, bucket, value),
            SlotOf::Open(Found { row, .. }) | SlotOf::Owned(row) => {
                let id = ChildId::Open(row.number(), self.child);
                let marks = row.marks(self.child, exemplars.marks());
                exemplars.look(id, marks, bucket, value);
            }
        }
    }

    fn cells(&self) -> Cells<'_> {
        match &self.of {
            SlotOf::Dense(dense) => dense.block.cells(),
            SlotOf::Open(Found { row, .. }) | SlotOf::Owned(row) => row.cells(),
        }
    }

    /// Returns whether the short way led there.
    #[inline(always)]
    pub(in crate::update) fn add<V: Stored>(&self, cell: usize, value: V) -> bool {
        if add_own(self.first.saturating_add(cell), value) {
            return true;
        }
        // each by itself, so that a slot need not lie in memory
        match &self.of {
            SlotOf::Dense(dense) => dense.block.add_slowly(self.start + cell, value),
            SlotOf::Open(Found { row, .. }) | SlotOf::Owned(row) => {
                row.cells().add(self.start + cell, value);
            }
        }
        false
    }

    /// Adds one to the cell `count`, and a value to the cell `sum`, if the short way leads there; returns whether it does.
    #[inline(always)]
    pub(in crate::update) fn observe_shortly<V: Stored>(
        &self,
        count: usize,
        sum: usize,
        value: V,
    ) -> bool {
        observe_own(self.first, count, sum, value)
    }

    /// The same in whichever way; returns whether the short way led there.
    #[inline(always)]
    pub(in crate::update) fn observe<V: Stored>(&self, count: usize, sum: usize, value: V) -> bool {
        if observe_own(self.first, count, sum, value) {
            return true;
        }
        let (count, sum) = (self.start + count, self.start + sum);
        match &self.of {
            SlotOf::Dense(dense) => {
                dense.block.observe_slowly(count, sum, value);
            }
            SlotOf::Open(Found { row, .. }) | SlotOf::Owned(row) => {
                row.cells().add(count, 1_u64);
                row.cells().add(sum, value);
            }
        }
        false
    }

    #[inline]
    pub(in crate::update) fn add_shared<V: Stored>(&self, cell: usize, value: V) {
        self.cells().add_shared(self.start + cell, value);
    }

    #[inline]
    pub(in crate::update) fn set(&self, cell: usize, bits: u64) {
        self.cells().set(self.start + cell, bits);
    }

    pub(in crate::update) fn set_sum(&self, cell: usize, bits: u64) {
        self.cells().set_sum(self.start + cell, bits);
    }

    pub(in crate::update) fn raise<V: Stored>(&self, cell: usize, total: V) {
        self.cells().raise(self.start + cell, total);
    }

    pub(in crate::update) fn get<V: Stored>(&self, cell: usize) -> V {
        self.cells().get(self.start + cell)
    }
}

impl std::fmt::Debug for Slot<'_> {
    /// Not what is around it: the family, with all its series.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Slot").field(&self.start).finish()
    }
}

impl Dense {
    pub(super) fn new(children: usize, shape: Shape) -> Self {
        let marks = children * shape.marks;
        Self {
            block: Block::new(children * shape.width, shape.storage),
            // pages that cost nothing until they are touched; without memory for them, the program ends
            marks: zeroed(marks).unwrap_or_else(|| (0..marks).map(|_| AtomicU64::new(0)).collect()),
        }
    }

    /// See [`Family::forget`](super::Family::forget).
    pub(super) fn forget(&self) {
        self.block.clear_all();
        clear(&self.marks);
    }

    #[cold]
    #[inline(never)]
    fn look(&self, child: usize, exemplars: &Exemplars, bucket: usize, value: f64) {
        let marks = self.marks(child, exemplars.marks());
        exemplars.look(ChildId::Dense(child), marks, bucket, value);
    }

    #[inline]
    pub(super) fn marks(&self, child: usize, each: usize) -> &[AtomicU64] {
        let marks = self.marks.get(child * each..(child + 1) * each);
        marks.unwrap_or_default()
    }
}
