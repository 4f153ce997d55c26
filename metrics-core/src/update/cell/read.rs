//! A block while it is read: the shared cells and those of every thread, added up.

use std::sync::atomic::Ordering::Relaxed;

use super::shared::Shared;
use super::table::TABLES;
use crate::update::number::sealed::Stored;

/// A block while it is read, by one who may take its time.
pub(in crate::update) struct Read<'b> {
    pub(super) shared: Shared<'b>,
    /// Where the block begins in the threads' tables, if it has a place there.
    pub(super) first: Option<usize>,
}

impl Read<'_> {
    /// An integer, as the sum of its summands, wrapping.
    pub(in crate::update) fn get(&self, index: usize) -> u64 {
        self.summands(index).fold(0, u64::wrapping_add)
    }

    /// A floating-point number, likewise.
    pub(in crate::update) fn get_f64(&self, index: usize) -> f64 {
        // without a zero to begin with, which would make 0 of a gauge that is -0
        let sum = self
            .summands(index)
            .map(f64::from_bits)
            .reduce(|sum, n| sum + n);
        sum.unwrap_or(0.0)
    }

    /// A value of whichever kind the cell holds.
    pub(in crate::update) fn value<V: Stored>(&self, index: usize) -> V {
        if V::FLOAT {
            V::from_bits(self.get_f64(index).to_bits())
        } else {
            V::from_bits(self.get(index))
        }
    }

    /// Always in the same order, new tables last, so that a sum of growing numbers does not shrink by rounding;
    /// and of the tables that there are now, so that it does not shrink from one reader to the next.
    fn summands(&self, index: usize) -> impl Iterator<Item = u64> {
        let tables = self.first.into_iter().flat_map(move |first| {
            TABLES
                .all()
                .filter_map(move |cells| Some(cells.get(first + index)?.load(Relaxed)))
        });
        std::iter::once(self.shared.get(index)).chain(tables)
    }
}
