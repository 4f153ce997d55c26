//! This thread's table: claimed by its first update, given back when it ends.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::Ordering::Relaxed;

use super::looking;
use super::table::{TABLES, Table, is_at_pool};
use crate::update::sync::{AtomicU64, load_own, thread_local};

thread_local! {
    /// This thread's cells: none before its first update and while it is torn down, so that one bounds check
    /// answers three questions: claimed, not torn down, within the range?
    static OWN: Cell<&'static [AtomicU64]> = const { Cell::new(&[]) };

    /// Gives the table back. A thread-local of its own, because one with a destructor is slower to reach.
    static OWNER: Owner = const { Owner(Cell::new(None)) };
}

/// A thread's claim on its table.
struct Owner(Cell<Option<&'static Table>>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl Owner {
    fn give_back(&self) {
        let Some(table) = self.0.take() else {
            return;
        };
        // updates in destructors that run after this find no table, and go to shared cells
        OWN.with(|own| own.set(&[]));
        if !looking::outlive(table) {
            TABLES.give_back(table);
        }
    }
}

/// The end of a thread of a model. There, a thread is joined before what is its own is dropped, and no static is left
/// then.
#[cfg(all(loom, test))]
pub(in crate::update) fn end() {
    OWNER.with(Owner::give_back);
}

/// The cells of this thread's block from `first` on; none before its first update, while it is torn down, and
/// past the range.
#[inline]
pub(super) fn own(first: usize) -> &'static [AtomicU64] {
    OWN.with(Cell::get).get(first..).unwrap_or_default()
}

/// A cell of this thread's table.
#[inline]
pub(super) fn own_cell(index: usize) -> Option<&'static AtomicU64> {
    OWN.with(Cell::get).get(index)
}

/// Updates a cell that only this thread writes: nothing comes between the load and the store.
#[inline]
pub(super) fn write(cell: &'static AtomicU64, update: impl Fn(u64) -> u64) {
    cell.store(update(load_own(cell)), Relaxed);
}

/// The same for a cell that is written again and again with little in between.
#[inline]
pub(super) fn write_again(cell: &'static AtomicU64, update: impl Fn(u64) -> u64) {
    // by way of the stack, so that the address is not base and index in one instruction: with those, Intel's
    // cores forward the last store to this load in five cycles instead of none (row `counter` of the benches)
    write(black_box(cell), update);
}

/// Gives this thread a table, if it has none; returns whether it has one now.
pub(super) fn claim() -> bool {
    if is_at_pool() {
        return false;
    }
    let claimed = OWNER.try_with(|owner| {
        if owner.0.get().is_none()
            && let Some(table) = TABLES.claim()
        {
            owner.0.set(Some(table));
            OWN.with(|own| own.set(&table.cells));
        }
        owner.0.get().is_some()
    });
    // an error says that this thread is being torn down
    claimed.unwrap_or(false)
}
