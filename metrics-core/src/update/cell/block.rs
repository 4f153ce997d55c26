//! Blocks of cells, and what is done with them: updated by many threads, read by the gatherer.

use std::sync::atomic::Ordering::Relaxed;

use super::own::{claim, own, own_cell, write, write_again};
use super::table::{RANGE, TABLES};
use crate::update::number::sealed::Stored;
use crate::update::sync::{AtomicU64, clear, store_shared, zeroed};

/// Cells, all zero at first.
///
/// Where cells are only added to, each thread adds to one of its own, which nobody else writes; the value is the sum
/// over the threads. What has no place in a thread's table (past its range, or while the thread is torn down) goes to
/// a shared cell, which is one more summand. A sum of floats is not what it was set to, so those that are set are
/// shared by all threads.
///
/// Every access is `Relaxed`: a cell is a number of its own, and no other memory hangs on it. Whoever saw a sum of
/// growing cells sees at least that sum later, for the same cells are added up in the same order.
#[derive(Debug)]
pub(in crate::update) struct Block {
    /// Where the block begins in every thread's table, or past all of them.
    first: usize,
    /// Where updates look for it first: there, or past all tables.
    short: usize,
    shared: Box<[AtomicU64]>,
}

/// Where updates of a cell go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::update) enum Storage {
    /// Into each thread's own cell; the value is the sum.
    Summed,
    /// Likewise, but the short way there does not find it, so that each update goes the long way, where it can be looked
    /// at: what is not to be looked at has no branch for it.
    Watched,
    /// Into one cell for all threads.
    Shared,
}

/// Where the short way looks for what it is not to find: past all tables, and so that places can be added.
const NOWHERE: usize = usize::MAX / 2;

impl Block {
    pub(in crate::update) fn new(len: usize, storage: Storage) -> Self {
        let shared = zeroed(len);
        // without memory for it, the program ends, as with any other allocation
        let shared = shared.unwrap_or_else(|| (0..len).map(|_| AtomicU64::new(0)).collect());
        Self::below(RANGE, shared, storage)
    }

    /// One of so many blocks that half of the tables must be left for others; what does not fit is shared. `None` if
    /// there is no memory for it.
    pub(in crate::update) fn one_of_many(len: usize, storage: Storage) -> Option<Self> {
        Some(Self::below(RANGE / 2, zeroed(len)?, storage))
    }

    fn below(limit: usize, shared: Box<[AtomicU64]>, storage: Storage) -> Self {
        let first = match storage {
            Storage::Summed | Storage::Watched => TABLES.reserve(shared.len(), limit),
            Storage::Shared => RANGE,
        };
        let short = match storage {
            Storage::Summed | Storage::Shared => first,
            Storage::Watched => NOWHERE,
        };
        Self {
            first,
            short,
            shared,
        }
    }

    #[inline]
    pub(in crate::update) fn cells(&self) -> Cells<'_> {
        Cells {
            first: self.first,
            short: self.short,
            shared: &self.shared,
        }
    }

    /// Adds a value to a cell to which much may be added with little in between, if the short way leads there; returns
    /// whether it does.
    #[inline]
    pub(in crate::update) fn add_again<V: Stored>(&self, index: usize, value: V) -> bool {
        let cell = own_cell(self.short + index);
        if let Some(cell) = cell {
            write_again(cell, |bits| plus(bits, value));
        }
        cell.is_some()
    }

    /// The first update of a thread, or one that has no place in its table.
    #[cold]
    #[inline(never)]
    pub(in crate::update) fn add_slowly<V: Stored>(&self, index: usize, value: V) {
        self.cells().add(index, value);
    }

    /// The same of an observation: adds one to the cell `count`, and a value to the cell `sum`.
    #[cold]
    #[inline(never)]
    pub(in crate::update) fn observe_slowly<V: Stored>(&self, count: usize, sum: usize, value: V) {
        self.cells().add(count, 1_u64);
        self.cells().add(sum, value);
    }

    /// Some of the cells.
    #[inline]
    pub(in crate::update) fn part(&self, start: usize, len: usize) -> Option<Cells<'_>> {
        Some(Cells {
            first: self.first + start,
            short: self.short + start,
            shared: self.shared.get(start..start + len)?,
        })
    }

    /// Makes all of the cells zero, which nobody writes to.
    pub(in crate::update) fn clear_all(&self) {
        self.clear(0, self.shared.len());
    }

    /// Makes some of the cells zero, which nobody writes to.
    pub(in crate::update) fn clear(&self, start: usize, len: usize) {
        TABLES.clear(self.first + start, len);
        let end = start.saturating_add(len).min(self.shared.len());
        clear(self.shared.get(start..end).unwrap_or_default());
    }
}

impl Drop for Block {
    /// Nobody holds the block any more, so nobody can write its cells: they become zero, and free.
    fn drop(&mut self) {
        TABLES.release(self.first, self.shared.len());
    }
}

/// Adds a value to this thread's cell; returns whether it has one there.
#[inline]
pub(in crate::update) fn add_own<V: Stored>(cell: usize, value: V) -> bool {
    let cell = own_cell(cell);
    if let Some(cell) = cell {
        write(cell, |bits| plus(bits, value));
    }
    cell.is_some()
}

/// Adds one to this thread's cell `count`, and a value to its cell `sum`, behind `first`; returns whether it has them.
#[inline]
pub(in crate::update) fn observe_own<V: Stored>(
    first: usize,
    count: usize,
    sum: usize,
    value: V,
) -> bool {
    // one look for the table instead of two
    let cells = own(first);
    let (Some(counted), Some(summed)) = (cells.get(count), cells.get(sum)) else {
        return false;
    };
    write_again(summed, |bits| plus(bits, value));
    write(counted, |bits| bits.wrapping_add(1));
    true
}

/// Cells in use: a block, or a part of it. An index past the end is no cell, and reads as zero.
#[derive(Clone, Copy, Debug)]
pub(in crate::update) struct Cells<'c> {
    /// Where they begin in every thread's table, or past all of them.
    first: usize,
    /// Where updates look for them first.
    short: usize,
    shared: &'c [AtomicU64],
}

impl Cells<'_> {
    /// Where an update finds the first in the thread's table, or past all tables: then it goes the long way.
    pub(in crate::update) fn short(self) -> usize {
        self.short
    }

    /// Adds a value, integers wrapping: a reader of a wrapped counter sees a reset.
    #[inline]
    pub(in crate::update) fn add<V: Stored>(self, index: usize, value: V) {
        if add_own(self.first + index, value) {
            return;
        }
        if self.first >= RANGE {
            add_shared(self.shared, index, value);
        } else {
            self.add_slowly(index, value);
        }
    }

    /// Adds a value where all threads do.
    #[inline]
    pub(in crate::update) fn add_shared<V: Stored>(self, index: usize, value: V) {
        add_shared(self.shared, index, value);
    }

    /// Makes an integer what it is to be, whatever the threads have added by themselves. What they add meanwhile counts
    /// as added afterwards.
    #[inline]
    pub(in crate::update) fn set_sum(self, index: usize, bits: u64) {
        self.set(index, bits.wrapping_sub(self.own_sum(index)));
    }

    /// Sets a cell that all threads share.
    #[inline]
    pub(in crate::update) fn set(self, index: usize, bits: u64) {
        if let Some(cell) = self.shared.get(index) {
            store_shared(cell, bits);
        }
    }

    /// Makes a number that only grows at least `total`, whatever the threads have added by themselves; one that is that
    /// already stays. What they add meanwhile counts as added afterwards.
    pub(in crate::update) fn raise<V: Stored>(self, index: usize, total: V) {
        let Some(cell) = self.shared.get(index) else {
            return;
        };
        // of several threads that raise it at once, the one with the most wins
        let raised = |shared: u64| {
            if V::FLOAT {
                let own = self.own_f64s(index);
                let own = own.fold(0.0, |sum, n| sum + n);
                let total = f64::from_bits(total.to_bits());
                // without an own sum this is `total` itself, and not a number near it
                (f64::from_bits(shared) + own < total).then(|| (total - own).to_bits())
            } else {
                let own = self.own_sum(index);
                (shared.wrapping_add(own) < total.to_bits())
                    .then(|| total.to_bits().wrapping_sub(own))
            }
        };
        // refused where there is nothing to raise
        let _ = cell.fetch_update(Relaxed, Relaxed, raised);
    }

    /// The first update of a thread, or one while it is torn down.
    #[cold]
    #[inline(never)]
    fn add_slowly<V: Stored>(self, index: usize, value: V) {
        if !(claim() && add_own(self.first + index, value)) {
            add_shared(self.shared, index, value);
        }
    }

    /// A value of whichever kind the cell holds.
    pub(in crate::update) fn get<V: Stored>(self, index: usize) -> V {
        if V::FLOAT {
            V::from_bits(self.get_f64(index).to_bits())
        } else {
            V::from_bits(self.get_u64(index))
        }
    }

    /// An integer, as the sum of its summands, wrapping.
    pub(in crate::update) fn get_u64(self, index: usize) -> u64 {
        let shared = self.shared.get(index).map_or(0, |cell| cell.load(Relaxed));
        shared.wrapping_add(self.own_sum(index))
    }

    /// What the threads have added by themselves.
    #[inline]
    fn own_sum(self, index: usize) -> u64 {
        if self.first >= RANGE {
            return 0;
        }
        let own = TABLES
            .all()
            .filter_map(|cells| cells.get(self.first + index));
        own.fold(0, |sum, cell| sum.wrapping_add(cell.load(Relaxed)))
    }

    /// As many integers as there is room for, from `start` on.
    pub(in crate::update) fn get_u64s(self, start: usize, sums: &mut [u64]) {
        let shared = self.shared.get(start..).unwrap_or_default();
        for (sum, cell) in sums.iter_mut().zip(shared) {
            *sum = cell.load(Relaxed);
        }
        for cells in self.tables() {
            let own = cells.get(self.first + start..).unwrap_or_default();
            for (sum, cell) in sums.iter_mut().zip(own) {
                *sum = sum.wrapping_add(cell.load(Relaxed));
            }
        }
    }

    /// A floating-point number, likewise.
    pub(in crate::update) fn get_f64(self, index: usize) -> f64 {
        let shared = self.shared.get(index).map_or(0, |cell| cell.load(Relaxed));
        // without a zero to begin with, which would make 0 of a gauge that is -0
        self.own_f64s(index)
            .fold(f64::from_bits(shared), |sum, n| sum + n)
    }

    /// What the threads have added by themselves, each.
    fn own_f64s(self, index: usize) -> impl Iterator<Item = f64> {
        let own = self
            .tables()
            .filter_map(move |cells| cells.get(self.first + index));
        own.map(|cell| f64::from_bits(cell.load(Relaxed)))
    }

    /// Always in the same order, new tables last, so that a sum of growing numbers does not shrink by rounding;
    /// and of the tables that there are now, so that it does not shrink from one reader to the next.
    fn tables(self) -> impl Iterator<Item = &'static [AtomicU64]> {
        let summed = (self.first < RANGE).then(|| TABLES.all());
        summed.into_iter().flatten()
    }
}

fn add_shared<V: Stored>(shared: &[AtomicU64], index: usize, value: V) {
    let Some(cell) = shared.get(index) else {
        return;
    };
    if V::FLOAT {
        // the closure always returns `Some`, so the update cannot fail
        let _ = cell.fetch_update(Relaxed, Relaxed, |bits| Some(plus(bits, value)));
    } else {
        cell.fetch_add(value.to_bits(), Relaxed);
    }
}

/// The bits of a cell after a value has been added to it.
#[inline]
fn plus<V: Stored>(bits: u64, value: V) -> u64 {
    if V::FLOAT {
        (f64::from_bits(bits) + f64::from_bits(value.to_bits())).to_bits()
    } else {
        bits.wrapping_add(value.to_bits())
    }
}
