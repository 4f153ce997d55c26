//! A family: from a label set to the cells of its child, and from every child to its labels.
//! Counters, gauges and histograms each wrap one; the registry reads them through `Metric`.

use std::marker::PhantomData;
use std::ops::ControlFlow;

use super::cell::{Block, Cells, Storage, add_own, observe_own};
use super::exemplar::Exemplars;
use super::labels::push_label;
use super::mark::Mark;
use super::number::sealed::Stored;
use super::open::{Combinations, Found, Row, counts, now_millis};
use super::sync::{AtomicU64, zeroed};
use crate::declare::{Descriptor, LabelDescriptor, LabelSet, LabelValues};

/// What each child of a family is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// How many cells it has.
    pub(super) width: usize,
    /// Where updates of these go.
    pub(super) storage: Storage,
    /// How many numbers it has that all threads share, zero at first: they say what is in cells whose meaning is not
    /// known before, and what there is beside them.
    pub(super) marks: usize,
}

impl Shape {
    /// So many cells and nothing else.
    pub(super) const fn of_cells(width: usize, storage: Storage) -> Self {
        Self {
            width,
            storage,
            marks: 0,
        }
    }
}

/// Which child of its family: the same number for one that comes after it was removed, whose marks are zero again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ChildId {
    /// By its finite labels; or what overflows.
    Dense(usize),
    /// By its row among the open labels, and its finite ones.
    Open(u32, usize),
}

/// A child that is read: the cells that its own are among, where they begin, and its marks.
#[derive(Clone, Copy)]
pub(super) struct Reader<'c> {
    pub(super) cells: Cells<'c>,
    pub(super) start: usize,
    pub(super) marks: &'c [AtomicU64],
}

/// A child that was read: its labels, and the numbers that were read of it.
#[derive(Clone, Copy)]
pub(super) struct Read<'r> {
    pub(super) id: ChildId,
    pub(super) labels: &'r str,
    pub(super) values: &'r [u64],
    /// Since when it counts, in milliseconds since 1970; 0 of what does not count, but goes up and down.
    pub(super) created_millis: u64,
}

/// The children of one family, all of one shape.
///
/// Children of finite labels lie side by side in one block, found by index and there from the start. A
/// family with an open label keeps its children in [`Combinations`], and uses the block for what overflows:
/// one overflow child for each combination of its finite labels, with the overflow value for every open one.
#[derive(Debug)]
pub(super) struct Family<L> {
    descriptor: &'static Descriptor,
    shape: Shape,
    dense: Dense,
    dense_labels: Box<[Box<str>]>,
    open: Option<Open>,
    rejected: Rejections,
    /// Since when the finite children count.
    created_millis: u64,
    exemplars: Exemplars,
    labels: PhantomData<fn(L)>,
}

/// Children side by side.
#[derive(Debug)]
pub(super) struct Dense {
    block: Block,
    marks: Box<[AtomicU64]>,
}

#[derive(Debug)]
struct Open {
    combinations: Combinations,
    /// For each overflow child, how many look-ups ended there.
    overflowed: Block,
}

/// One cell: the updates that were refused because they would have made a value wrong.
#[derive(Debug)]
pub(super) struct Rejections(Block);

impl Rejections {
    #[cold]
    pub(super) fn count(&self) {
        self.0.cells().add(0, 1_u64);
    }
}

/// The cells of one child, resolved.
pub(super) struct Slot<'a> {
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
    row: Option<u32>,
    finite: usize,
}

/// The cells of a child that is there for good, to be kept and sent.
#[derive(Debug)]
pub(super) struct FiniteSlot<'a> {
    dense: &'a Dense,
    child: usize,
    start: usize,
}

impl FiniteSlot<'_> {
    /// What [`Family::finite`] finds it by again.
    pub(super) fn child(&self) -> usize {
        self.child
    }

    #[inline]
    pub(super) fn slot(&self) -> Slot<'_> {
        Slot::dense(self.dense, self.child, self.start)
    }
}

impl<'a> Slot<'a> {
    #[inline]
    fn dense(dense: &'a Dense, child: usize, start: usize) -> Self {
        Self {
            first: dense.block.cells().short() + start,
            of: SlotOf::Dense(dense),
            child,
            start,
        }
    }

    #[inline]
    fn open(found: Found<'a>, child: usize, start: usize) -> Self {
        Self {
            first: found.row.first().saturating_add(start),
            of: SlotOf::Open(found),
            child,
            start,
        }
    }

    #[inline]
    fn owned(row: Row<'a>, child: usize, start: usize) -> Self {
        Self {
            first: row.first().saturating_add(start),
            of: SlotOf::Owned(row),
            child,
            start,
        }
    }

    /// Which child it is.
    #[inline]
    pub(super) fn id(&self) -> ChildId {
        match &self.of {
            SlotOf::Dense(_) => ChildId::Dense(self.child),
            SlotOf::Open(Found { row, .. }) | SlotOf::Owned(row) => {
                ChildId::Open(row.number(), self.child)
            }
        }
    }

    /// The marks of the child, of which each has so many.
    #[inline]
    pub(super) fn marks(&self, each: usize) -> &[AtomicU64] {
        match &self.of {
            SlotOf::Dense(dense) => dense.marks(self.child, each),
            SlotOf::Open(Found { row, .. }) | SlotOf::Owned(row) => row.marks(self.child, each),
        }
    }

    /// The same, to be lent to a function that is not inlined: the one it is made of need not lie in memory for that.
    #[inline(always)]
    pub(super) fn to_lend(&self) -> Slot<'_> {
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
    pub(super) fn look(&self, exemplars: &Exemplars, bucket: usize, value: f64) {
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
    pub(super) fn add<V: Stored>(&self, cell: usize, value: V) -> bool {
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
    pub(super) fn observe_shortly<V: Stored>(&self, count: usize, sum: usize, value: V) -> bool {
        observe_own(self.first, count, sum, value)
    }

    /// The same in whichever way; returns whether the short way led there.
    #[inline(always)]
    pub(super) fn observe<V: Stored>(&self, count: usize, sum: usize, value: V) -> bool {
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
    pub(super) fn add_shared<V: Stored>(&self, cell: usize, value: V) {
        self.cells().add_shared(self.start + cell, value);
    }

    #[inline]
    pub(super) fn set(&self, cell: usize, bits: u64) {
        self.cells().set(self.start + cell, bits);
    }

    pub(super) fn set_sum(&self, cell: usize, bits: u64) {
        self.cells().set_sum(self.start + cell, bits);
    }

    pub(super) fn raise<V: Stored>(&self, cell: usize, total: V) {
        self.cells().raise(self.start + cell, total);
    }

    pub(super) fn get<V: Stored>(&self, cell: usize) -> V {
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
    fn new(children: usize, shape: Shape) -> Self {
        let marks = children * shape.marks;
        Self {
            block: Block::new(children * shape.width, shape.storage),
            // pages that cost nothing until they are touched; without memory for them, the program ends
            marks: zeroed(marks).unwrap_or_else(|| (0..marks).map(|_| AtomicU64::new(0)).collect()),
        }
    }

    #[cold]
    #[inline(never)]
    fn look(&self, child: usize, exemplars: &Exemplars, bucket: usize, value: f64) {
        let marks = self.marks(child, exemplars.marks());
        exemplars.look(ChildId::Dense(child), marks, bucket, value);
    }

    #[inline]
    fn marks(&self, child: usize, each: usize) -> &[AtomicU64] {
        let marks = self.marks.get(child * each..(child + 1) * each);
        marks.unwrap_or_default()
    }
}

impl<L> Family<L> {
    pub(super) fn name(&self) -> &str {
        self.descriptor.name()
    }

    /// A finite child.
    #[inline]
    pub(super) fn finite(&self, child: usize) -> FiniteSlot<'_> {
        FiniteSlot {
            dense: &self.dense,
            child,
            start: child * self.shape.width,
        }
    }

    /// A child, for one of its owners.
    #[inline]
    pub(super) fn owned(&self, child: &OwnedChild) -> Slot<'_> {
        let (finite, start) = (child.finite, child.finite * self.shape.width);
        match (&self.open, child.row) {
            (Some(open), Some(row)) => Slot::owned(open.combinations.of_owner(row), finite, start),
            _ => Slot::dense(&self.dense, finite, start),
        }
    }

    /// One owner less; with the last of them, the children leave that have the same open values.
    pub(super) fn disown(&self, child: &OwnedChild) {
        if let (Some(open), Some(row)) = (&self.open, child.row) {
            open.combinations.disown(row);
        }
    }

    /// Where refused updates are counted.
    pub(super) fn rejections(&self) -> &Rejections {
        &self.rejected
    }

    /// What its children have beside their cells, if the last of their marks is for it.
    pub(super) fn exemplars(&self) -> &Exemplars {
        &self.exemplars
    }
}

impl<L: LabelSet> Family<L> {
    pub(super) fn new(descriptor: &'static Descriptor, shape: Shape) -> Self {
        let children = L::SERIES;
        let open = open_cap(L::LABELS).map(|cap| Open {
            combinations: Combinations::new(cap, L::LABELS, children, shape, descriptor),
            overflowed: Block::new(children, Storage::Shared),
        });
        Self {
            descriptor,
            shape,
            dense: Dense::new(children, shape),
            dense_labels: (0..children)
                .map(|index| rendered(L::LABELS, index, None).into())
                .collect(),
            open,
            rejected: Rejections(Block::new(1, Storage::Shared)),
            created_millis: if counts(descriptor.kind()) {
                now_millis()
            } else {
                0
            },
            exemplars: Exemplars::new(descriptor, shape.marks),
            labels: PhantomData,
        }
    }

    /// The child of a label set. `width` is that of the family, which its kind knows while compiling.
    #[inline]
    pub(super) fn child(&self, labels: &L::Borrowed<'_>, width: usize) -> Slot<'_> {
        let last = const { L::SERIES.saturating_sub(1) };
        let finite = L::finite_index(labels).min(last);
        let dense = Slot::dense(&self.dense, finite, finite * width);
        // known while compiling, so that finite labels need no branch
        if const { open_cap(L::LABELS).is_none() } {
            return dense;
        }
        let Some(open) = &self.open else {
            return dense;
        };
        let Some(found) = open.combinations.get_or_make::<L>(labels) else {
            open.overflowed.cells().add(finite, 1_u64);
            return dense;
        };
        found
            .row
            .take_into_use(finite, |open| rendered(L::LABELS, finite, Some(open)));
        Slot::open(found, finite, finite * width)
    }

    /// Makes somebody the owner of a child; of that which overflows, if there is no room for it.
    pub(super) fn own(&self, labels: &L::Borrowed<'_>) -> OwnedChild {
        const {
            assert!(
                !is_finite(L::LABELS),
                "only a series with an open label has an owner, because one of finite labels alone is there for good"
            );
        }
        let last = const { L::SERIES.saturating_sub(1) };
        let finite = L::finite_index(labels).min(last);
        let overflow = OwnedChild { row: None, finite };
        let Some(open) = &self.open else {
            return overflow;
        };
        while let Some(found) = open.combinations.get_or_make::<L>(labels) {
            if open.combinations.own(&found) {
                found
                    .row
                    .take_into_use(finite, |open| rendered(L::LABELS, finite, Some(open)));
                let row = Some(found.row.number());
                return OwnedChild { row, finite };
            }
        }
        open.overflowed.cells().add(finite, 1_u64);
        overflow
    }

    /// The child of a label set whose labels are all finite, or what overflows of those with these finite labels.
    #[inline]
    pub(super) fn finite_child(&self, labels: &L::Borrowed<'_>, width: usize) -> FiniteSlot<'_> {
        let last = const { L::SERIES.saturating_sub(1) };
        let child = L::finite_index(labels).min(last);
        FiniteSlot {
            dense: &self.dense,
            child,
            start: child * width,
        }
    }

    /// Removes the children with the open values of `labels`; returns whether there were any.
    pub(super) fn remove(&self, labels: &L::Borrowed<'_>) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.combinations.remove::<L>(labels))
    }

    /// Lets the children that were removed before the mark go for good.
    pub(super) fn delivered(&self, mark: Mark) {
        if let Some(open) = &self.open {
            open.combinations.delivered(mark);
        }
    }

    /// The only child of a family without labels.
    #[inline]
    pub(super) fn only(&self) -> &Block {
        &self.dense.block
    }

    /// [`Slot::observe_shortly`] of that child.
    #[inline]
    pub(super) fn observe_only<V: Stored>(&self, count: usize, sum: usize, value: V) -> bool {
        observe_own(self.dense.block.cells().short(), count, sum, value)
    }

    /// The same, resolved.
    #[inline]
    pub(super) fn only_child(&self) -> Slot<'_> {
        Slot::dense(&self.dense, 0, 0)
    }

    pub(super) fn rejected(&self) -> u64 {
        self.rejected.0.cells().get_u64(0)
    }

    /// How many look-ups ended in an overflow series; `None` where no label is open.
    pub(super) fn overflowed(&self) -> Option<u64> {
        let open = self.open.as_ref()?;
        Some(
            (0..self.dense_labels.len())
                .map(|i| open.overflowed.cells().get_u64(i))
                .sum(),
        )
    }

    /// Shows every child, with the `values` numbers that `read` puts into a buffer for it.
    pub(super) fn for_each(
        &self,
        values: usize,
        read: impl Fn(Reader<'_>, &mut Vec<u64>),
        mut show: impl FnMut(Read<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if let Some(open) = &self.open {
            open.combinations.for_each(values, &read, &mut show)?;
        }
        let mut buffer = Vec::new();
        for (index, labels) in self.dense_labels.iter().enumerate() {
            let exposed = match &self.open {
                Some(open) => open.overflowed.cells().get_u64(index) > 0,
                None => true,
            };
            if exposed {
                buffer.clear();
                let reader = Reader {
                    cells: self.dense.block.cells(),
                    start: index * self.shape.width,
                    marks: self.dense.marks(index, self.shape.marks),
                };
                read(reader, &mut buffer);
                show(Read {
                    id: ChildId::Dense(index),
                    labels,
                    values: &buffer,
                    created_millis: self.created_millis,
                })?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether no label is open.
pub(super) const fn is_finite(labels: &[LabelDescriptor]) -> bool {
    open_cap(labels).is_none()
}

/// The most combinations of open values: the largest cap of an open label; `None` where no label is open.
const fn open_cap(labels: &[LabelDescriptor]) -> Option<usize> {
    let mut cap = None;
    let mut i = 0;
    while i < labels.len() {
        if let LabelValues::Open { max, .. } = labels[i].values {
            cap = match cap {
                Some(other) if other > max => Some(other),
                _ => Some(max),
            };
        }
        i += 1;
    }
    cap
}

/// The label text of these labels.
pub(super) fn label_text<L: LabelSet>(labels: &L::Borrowed<'_>) -> String {
    let mut values = Vec::new();
    L::open_values(labels, &mut |value| values.push(String::from(value)));
    rendered(L::LABELS, L::finite_index(labels), Some(&values))
}

/// The label text of one child: finite values by `index`, open ones in their order, or all of them as in the overflow
/// series.
///
/// To Prometheus a label with an empty value is not there, so it is left out. No two children have the same text for
/// that: of each label only one value is empty, and the names say which labels are left.
fn rendered<'v>(labels: &[LabelDescriptor], index: usize, open: Option<&'v [String]>) -> String {
    // the last label counts fastest, so the digits come out from behind
    let mut rest = index;
    let mut values = Vec::with_capacity(labels.len());
    let is_open = |label: &&LabelDescriptor| label.values.overflow().is_some();
    let mut open_before = labels.iter().filter(is_open).count();
    for label in labels.iter().rev() {
        values.push(match label.values.overflow() {
            Some(overflow) => {
                open_before -= 1;
                let value = |open: &'v [String]| open.get(open_before).map_or("", |value| value);
                open.map_or(overflow, value)
            }
            None => {
                let count = label.values.count().max(1);
                let digit = rest % count;
                rest /= count;
                label.values.at(digit)
            }
        });
    }
    let mut text = String::new();
    for (label, value) in labels.iter().zip(values.iter().rev()) {
        if !value.is_empty() {
            push_label(&mut text, label.name, value);
        }
    }
    text
}
