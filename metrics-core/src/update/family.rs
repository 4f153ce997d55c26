//! A family: from a label set to the cells of its child, and from every child to its labels.
//! Counters, gauges and histograms each wrap one; the registry reads them through `Metric`.

use std::marker::PhantomData;
use std::ops::ControlFlow;

use super::cell::{Block, Cells, Read};
use super::labels::push_label;
use super::number::sealed::Stored;
use super::open::{Combinations, Found};
use crate::declare::{Descriptor, LabelDescriptor, LabelSet, LabelValues, OVERFLOW, finite_series};

/// The children of one family, each `width` cells wide.
///
/// Children of finite labels lie side by side in one block, found by index and there from the start. A
/// family with an open label keeps its children in [`Combinations`], and uses the block for what overflows:
/// one overflow child for each combination of its finite labels, with [`OVERFLOW`] for every open one. `B` says
/// how the block is stored: as sums over threads where cells are only added to, else as shared cells.
#[derive(Debug)]
pub(super) struct Family<L, B> {
    descriptor: &'static Descriptor,
    width: usize,
    dense: B,
    dense_labels: Box<[Box<str>]>,
    open: Option<Open>,
    /// One cell: updates that were refused because they would have made the value wrong.
    rejected: Cells,
    labels: PhantomData<fn(L)>,
}

#[derive(Debug)]
struct Open {
    combinations: Combinations,
    /// For each overflow child, how many look-ups ended there.
    overflowed: Cells,
}

/// The cells of one child, resolved.
#[derive(Debug)]
pub(super) enum Slot<'a, B> {
    /// In the family's block, from an index on.
    Dense(&'a B, usize),
    /// In a combination, from an index on.
    Open(Found<'a>, usize),
}

impl<B: Block> Slot<'_, B> {
    #[inline]
    pub(super) fn add_value<V: Stored>(&self, cell: usize, value: V) {
        match self {
            Self::Dense(block, first) => block.add_value(first + cell, value),
            Self::Open(found, first) => found.cells().add_value(first + cell, value),
        }
    }

    /// Adds one to the cell `count`, and a value to the cell `sum`.
    #[inline]
    pub(super) fn observe<V: Stored>(&self, count: usize, sum: usize, value: V) {
        match self {
            Self::Dense(block, first) => block.observe(first + count, first + sum, value),
            Self::Open(found, first) => {
                found.cells().add(first + count, 1);
                found.cells().add_value(first + sum, value);
            }
        }
    }

    pub(super) fn value<V: Stored>(&self, cell: usize) -> V {
        match self {
            Self::Dense(block, first) => block.read().value(first + cell),
            Self::Open(found, first) => found.cells().read().value(first + cell),
        }
    }
}

impl Slot<'_, Cells> {
    pub(super) fn set(&self, cell: usize, bits: u64) {
        match self {
            Self::Dense(block, first) => block.shared().set(first + cell, bits),
            Self::Open(found, first) => found.cells().set(first + cell, bits),
        }
    }
}

impl<L, B> Family<L, B> {
    pub(super) fn name(&self) -> &str {
        self.descriptor.name()
    }

    /// The one cell that counts refused updates.
    pub(super) fn rejected_cell(&self) -> &Cells {
        &self.rejected
    }
}

impl<L: LabelSet, B: Block> Family<L, B> {
    pub(super) fn new(descriptor: &'static Descriptor, width: usize) -> Self {
        let children = finite_series(L::LABELS);
        let open = open_cap(L::LABELS).map(|cap| Open {
            combinations: Combinations::new(cap, children, width),
            overflowed: Cells::zeroed(children),
        });
        Self {
            descriptor,
            width,
            dense: B::zeroed(children * width),
            dense_labels: (0..children)
                .map(|index| rendered(L::LABELS, index, |_| OVERFLOW).into())
                .collect(),
            open,
            rejected: Cells::zeroed(1),
            labels: PhantomData,
        }
    }

    #[inline]
    pub(super) fn child(&self, labels: &L::Borrowed<'_>) -> Slot<'_, B> {
        let finite = L::finite_index(labels).min(self.dense_labels.len().saturating_sub(1));
        let dense = Slot::Dense(&self.dense, finite * self.width);
        // known while compiling, so that finite labels need no branch
        if const { open_cap(L::LABELS).is_none() } {
            return dense;
        }
        let Some(open) = &self.open else {
            return dense;
        };
        let Some(found) = open.combinations.get_or_make::<L>(labels) else {
            open.overflowed.add(finite, 1);
            return dense;
        };
        found.take_into_use(finite, || {
            let mut values = Vec::new();
            L::open_values(labels, &mut |value| values.push(String::from(value)));
            rendered(L::LABELS, finite, |position| {
                values.get(position).map_or("", |value| value)
            })
        });
        Slot::Open(found, open.combinations.first_cell(finite))
    }

    /// Removes the children with the open values of `labels`; returns whether there were any.
    pub(super) fn remove(&self, labels: &L::Borrowed<'_>) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.combinations.remove::<L>(labels))
    }

    /// The only child of a family without labels.
    pub(super) fn only(&self) -> &B {
        &self.dense
    }

    /// The same, resolved.
    #[inline]
    pub(super) fn only_child(&self) -> Slot<'_, B> {
        Slot::Dense(&self.dense, 0)
    }

    pub(super) fn rejected(&self) -> u64 {
        self.rejected.shared().get(0)
    }

    /// How many look-ups ended in an overflow series; `None` where no label is open.
    pub(super) fn overflowed(&self) -> Option<u64> {
        let open = self.open.as_ref()?;
        Some(
            (0..self.dense_labels.len())
                .map(|i| open.overflowed.shared().get(i))
                .sum(),
        )
    }

    /// Every child: its rendered labels, its block as read, and where in the block it begins.
    pub(super) fn for_each(
        &self,
        mut visit: impl FnMut(&str, &Read<'_>, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if let Some(open) = &self.open {
            open.combinations
                .for_each(|labels, first, cells| visit(labels, &cells.read(), first))?;
        }
        let dense = self.dense.read();
        for (index, labels) in self.dense_labels.iter().enumerate() {
            let exposed = match &self.open {
                Some(open) => open.overflowed.shared().get(index) > 0,
                None => true,
            };
            if exposed {
                visit(labels, &dense, index * self.width)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// The most combinations of open values: the largest cap of an open label; `None` where no label is open.
const fn open_cap(labels: &[LabelDescriptor]) -> Option<usize> {
    let mut cap = None;
    let mut i = 0;
    while i < labels.len() {
        if let LabelValues::Open { max } = labels[i].values {
            cap = match cap {
                Some(other) if other > max => Some(other),
                _ => Some(max),
            };
        }
        i += 1;
    }
    cap
}

/// The label text of one child: finite values by `index`, open ones by their position among the open.
fn rendered<'v>(
    labels: &[LabelDescriptor],
    index: usize,
    open_value: impl Fn(usize) -> &'v str,
) -> String {
    // the last label counts fastest, so the digits come out from behind
    let mut rest = index;
    let mut values = Vec::with_capacity(labels.len());
    let mut open_after = labels
        .iter()
        .filter(|label| matches!(label.values, LabelValues::Open { .. }))
        .count();
    for label in labels.iter().rev() {
        values.push(match label.values {
            LabelValues::Finite([]) => "",
            LabelValues::Finite(of) => {
                let digit = rest % of.len();
                rest /= of.len();
                of[digit]
            }
            LabelValues::Open { .. } => {
                open_after -= 1;
                open_value(open_after)
            }
        });
    }
    let mut text = String::new();
    for (label, value) in labels.iter().zip(values.iter().rev()) {
        push_label(&mut text, label.name, value);
    }
    text
}
