//! A family: from a label set to the cells of its child, and from every child to its labels.
//! Counters, gauges and histograms each wrap one; the registry reads them through `Metric`.

mod labels;
mod shape;
mod slot;

use std::marker::PhantomData;
use std::ops::ControlFlow;

use super::cell::{Block, Storage, observe_own};
use super::clock::now_millis;
use super::exemplar::Exemplars;
use super::mark::Mark;
use super::number::sealed::Stored;
use super::open::{Combinations, counts};
use super::process::counts_here;
use crate::declare::{Descriptor, LabelSet};

pub(super) use labels::{is_finite, label_text};
use labels::{open_cap, rendered};
pub(super) use shape::{ChildId, Read, Reader, Shape, Values};
use slot::Dense;
pub(super) use slot::{FiniteSlot, OwnedChild, Slot};

/// The children of one family, all of one shape.
///
/// Children of finite labels lie side by side in one block, found by index and there from the start. A
/// family with an open label keeps its children in [`Combinations`], and uses the block for what overflows:
/// one overflow child for each combination of its finite labels, with the overflow value for every open one.
#[derive(Debug)]
pub(in crate::update) struct Family<L> {
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

#[derive(Debug)]
struct Open {
    combinations: Combinations,
    /// For each overflow child, how many look-ups ended there.
    overflowed: Block,
}

/// One cell: the updates that were refused because they would have made a value wrong.
#[derive(Debug)]
pub(in crate::update) struct Rejections(Block);

impl Rejections {
    #[cold]
    pub(in crate::update) fn count(&self) {
        self.0.cells().add(0, 1_u64);
    }
}

impl<L> Family<L> {
    pub(in crate::update) fn name(&self) -> &str {
        self.descriptor.name()
    }

    /// A finite child.
    #[inline]
    pub(in crate::update) fn finite(&self, child: usize) -> FiniteSlot<'_> {
        FiniteSlot {
            dense: &self.dense,
            child,
            start: child * self.shape.width,
        }
    }

    /// A child, for one of its owners.
    #[inline]
    pub(in crate::update) fn owned(&self, child: &OwnedChild) -> Slot<'_> {
        let (finite, start) = (child.finite, child.finite * self.shape.width);
        match (&self.open, child.row) {
            (Some(open), Some(row)) => Slot::owned(open.combinations.of_owner(row), finite, start),
            _ => Slot::dense(&self.dense, finite, start),
        }
    }

    /// One owner less; with the last of them, the children leave that have the same open values.
    pub(in crate::update) fn disown(&self, child: &OwnedChild) {
        if let (Some(open), Some(row)) = (&self.open, child.row) {
            open.combinations.disown(row);
        }
    }

    /// Where refused updates are counted.
    pub(in crate::update) fn rejections(&self) -> &Rejections {
        &self.rejected
    }

    /// Makes zero what was counted. To be called while no other thread updates it: where there is none, in a forked child.
    pub(in crate::update) fn forget(&self) {
        self.dense.forget();
        self.rejected.0.clear_all();
        if let Some(open) = &self.open {
            open.combinations.forget();
        }
        self.forget_overflows();
    }

    /// The same of how many look-ups overflowed alone.
    pub(in crate::update) fn forget_overflows(&self) {
        if let Some(open) = &self.open {
            open.overflowed.clear_all();
        }
    }

    /// What its children have beside their cells, if the last of their marks is for it.
    pub(in crate::update) fn exemplars(&self) -> &Exemplars {
        &self.exemplars
    }
}

impl<L: LabelSet> Family<L> {
    pub(in crate::update) fn new(descriptor: &'static Descriptor, shape: Shape) -> Self {
        counts_here();
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
    pub(in crate::update) fn child(&self, labels: &L::Borrowed<'_>, width: usize) -> Slot<'_> {
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
    pub(in crate::update) fn own(&self, labels: &L::Borrowed<'_>) -> OwnedChild {
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
    pub(in crate::update) fn finite_child(
        &self,
        labels: &L::Borrowed<'_>,
        width: usize,
    ) -> FiniteSlot<'_> {
        let last = const { L::SERIES.saturating_sub(1) };
        let child = L::finite_index(labels).min(last);
        FiniteSlot {
            dense: &self.dense,
            child,
            start: child * width,
        }
    }

    /// Removes the children with the open values of `labels`; returns whether there were any.
    pub(in crate::update) fn remove(&self, labels: &L::Borrowed<'_>) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.combinations.remove::<L>(labels))
    }

    /// Lets the children that were removed before the mark go for good.
    pub(in crate::update) fn delivered(&self, mark: Mark) {
        if let Some(open) = &self.open {
            open.combinations.delivered(mark);
        }
    }

    /// The only child of a family without labels.
    #[inline]
    pub(in crate::update) fn only(&self) -> &Block {
        &self.dense.block
    }

    /// [`Slot::observe_shortly`] of that child.
    #[inline]
    pub(in crate::update) fn observe_only<V: Stored>(
        &self,
        count: usize,
        sum: usize,
        value: V,
    ) -> bool {
        observe_own(self.dense.block.cells().short(), count, sum, value)
    }

    /// The same, resolved.
    #[inline]
    pub(in crate::update) fn only_child(&self) -> Slot<'_> {
        Slot::dense(&self.dense, 0, 0)
    }

    pub(in crate::update) fn rejected(&self) -> u64 {
        self.rejected.0.cells().get_u64(0)
    }

    /// How many look-ups ended in an overflow series; `None` where no label is open.
    pub(in crate::update) fn overflowed(&self) -> Option<u64> {
        let open = self.open.as_ref()?;
        Some(
            (0..self.dense_labels.len())
                .map(|i| open.overflowed.cells().get_u64(i))
                .sum(),
        )
    }

    /// Shows every child, with the numbers that `read` puts into a buffer for it.
    pub(in crate::update) fn for_each(
        &self,
        values: Values,
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
