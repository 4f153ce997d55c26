//! The threads' tables: one range of cells for each thread that updates anything.
//!
//! A table is claimed by a thread's first update and goes to a free list when the thread ends, and the next
//! new thread goes on adding to it. So totals never move, and memory is bounded by the most threads alive at
//! once. A table is never freed: readers hold no lock on it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::iter::successors;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Cells in a table, 1 MiB of address space. Where the system gives out zeroed pages on demand, those that are
/// not touched cost nothing; an allocator that hands out used memory clears all of it. What does not fit is
/// shared.
pub(super) const RANGE: usize = 1 << 17;

/// A larger block is shared, so that no family takes the range from all others.
const LARGEST_BLOCK: usize = RANGE / 8;

/// A table in the list of all tables, which only grows, at its end.
struct Table {
    cells: Box<[AtomicU64]>,
    next: OnceLock<&'static Table>,
}

static FIRST: OnceLock<&'static Table> = OnceLock::new();

thread_local! {
    /// This thread's cells: none before its first update and while it is torn down, so that one bounds check
    /// answers three questions: claimed, not torn down, within the range?
    static OWN: Cell<&'static [AtomicU64]> = const { Cell::new(&[]) };

    /// Gives the table back. A thread-local of its own, because one with a destructor is slower to reach.
    static OWNER: Owner = const { Owner(Cell::new(None)) };

    /// Whether this thread is at work on the pool. An allocator that counts what it does comes here from
    /// within, and must not wait for itself.
    static AT_POOL: Cell<bool> = const { Cell::new(false) };
}

static POOL: Mutex<Pool> = Mutex::new(Pool {
    last: None,
    free: Vec::new(),
    reserved: 0,
    holes: BTreeMap::new(),
});

struct Pool {
    /// The end of the list of tables.
    last: Option<&'static Table>,
    /// Tables of threads that have ended.
    free: Vec<&'static Table>,
    /// Cells given to blocks: all below this that are in no hole.
    reserved: usize,
    /// What blocks have given back, from first cell to length; no two of them touch.
    holes: BTreeMap<usize, usize>,
}

/// A thread's claim on its table.
struct Owner(Cell<Option<&'static Table>>);

impl Drop for Owner {
    fn drop(&mut self) {
        // updates in destructors that run after this one find no table, and go to shared cells
        OWN.set(&[]);
        if let Some(table) = self.0.get() {
            at_pool(|pool| pool.free.push(table));
        }
    }
}

/// Updates a cell of this thread's table; returns whether there is such a cell.
#[inline]
pub(super) fn update_own(index: usize, update: impl Fn(u64) -> u64) -> bool {
    let Some(cell) = OWN.get().get(index) else {
        return false;
    };
    // by way of the stack, so that the address is not base and index in one instruction: with those, Intel's
    // cores forward the last store to this load in five cycles instead of none (row `counter` of the benches)
    let cell = black_box(cell);
    // only this thread writes the cell: nothing comes between the load and the store
    cell.store(update(cell.load(Relaxed)), Relaxed);
    true
}

/// Gives this thread a table, if it has none; returns whether it has one now.
pub(super) fn claim() -> bool {
    if AT_POOL.get() {
        return false;
    }
    let claimed = OWNER.try_with(|owner| {
        if owner.0.get().is_none()
            && let Some(table) = at_pool(Pool::table)
        {
            owner.0.set(Some(table));
            OWN.set(&table.cells);
        }
        owner.0.get().is_some()
    });
    // an error says that this thread is being torn down
    claimed.unwrap_or(false)
}

/// The cells of every table, those of new ones at the end; to be read while their owners write.
pub(super) fn all() -> impl Iterator<Item = &'static [AtomicU64]> {
    let tables = successors(FIRST.get().copied(), |table| table.next.get().copied());
    tables.map(|table| &*table.cells)
}

/// Gives a block of zeroed cells, the same in every table; returns where it begins, which is [`RANGE`] if it
/// has no place there.
pub(super) fn reserve(len: usize) -> usize {
    if len == 0 || len > LARGEST_BLOCK {
        return RANGE;
    }
    at_pool(|pool| pool.reserve(len))
}

/// Takes a block back. Its owner is gone, so nobody writes to it.
pub(super) fn release(first: usize, len: usize) {
    if first >= RANGE {
        return;
    }
    // no lock: nobody is given the block before it is a hole, and tables that come meanwhile are zero
    for cells in all() {
        for cell in cells.iter().skip(first).take(len) {
            // a store would touch a page that may never have been
            if cell.load(Relaxed) != 0 {
                cell.store(0, Relaxed);
            }
        }
    }
    at_pool(|pool| pool.release(first, len));
}

impl Pool {
    /// A table that nobody has; `None` if there is no memory for another.
    fn table(&mut self) -> Option<&'static Table> {
        if let Some(table) = self.free.pop() {
            return Some(table);
        }
        let table: &'static Table = Box::leak(Box::new(Table {
            cells: bytemuck::try_zeroed_slice_box(RANGE).ok()?,
            next: OnceLock::new(),
        }));
        let end = self.last.map_or(&FIRST, |last| &last.next);
        // under the lock nobody else appends, so the end is free
        let _ = end.set(table);
        self.last = Some(table);
        Some(table)
    }

    fn reserve(&mut self, len: usize) -> usize {
        let fitting = self.holes.iter().filter(|(_, room)| **room >= len);
        if let Some((first, room)) = fitting
            .min_by_key(|(_, room)| **room)
            .map(|(f, r)| (*f, *r))
        {
            self.holes.remove(&first);
            if room > len {
                self.holes.insert(first + len, room - len);
            }
            return first;
        }
        if len > RANGE - self.reserved {
            return RANGE;
        }
        self.reserved += len;
        self.reserved - len
    }

    /// Joined with its neighbours, so that what comes and goes in other sizes does not use the range up.
    fn release(&mut self, mut first: usize, mut len: usize) {
        if let Some((before, room)) = self.holes.range(..first).next_back().map(|(f, r)| (*f, *r))
            && before + room == first
        {
            self.holes.remove(&before);
            first = before;
            len += room;
        }
        if let Some(room) = self.holes.remove(&(first + len)) {
            len += room;
        }
        if first + len == self.reserved {
            self.reserved = first;
        } else {
            self.holes.insert(first, len);
        }
    }
}

/// Works on the pool. The only code of others that runs under its lock is the allocator. The lock also orders
/// the changes of hands: what a thread stored before it ended is seen by the next owner of its table, and what
/// was zeroed by the next owner of the block.
fn at_pool<T>(work: impl FnOnce(&mut Pool) -> T) -> T {
    /// Says so when the work is done, also if it panics.
    struct AtPool;

    impl Drop for AtPool {
        fn drop(&mut self) {
            AT_POOL.set(false);
        }
    }

    AT_POOL.set(true);
    let _at_pool = AtPool;
    let mut pool: MutexGuard<'_, Pool> = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    work(&mut pool)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> Pool {
        Pool {
            last: None,
            free: Vec::new(),
            reserved: 0,
            holes: BTreeMap::new(),
        }
    }

    #[test]
    fn holes_join_so_that_the_range_is_not_used_up() {
        let mut pool = pool();
        for _ in 0..20_000 {
            let blocks = [1, 1, 15].map(|len| (pool.reserve(len), len));
            for (first, len) in blocks {
                assert!(first < RANGE);
                pool.release(first, len);
            }
        }
        assert_eq!((pool.reserved, pool.holes.len()), (0, 0));
    }

    #[test]
    fn blocks_never_overlap() {
        let mut pool = pool();
        let mut blocks: Vec<(usize, usize)> = Vec::new();
        for step in 0..5_000_usize {
            if step % 3 == 2 {
                let (first, len) = blocks.swap_remove(step * 7 % blocks.len());
                pool.release(first, len);
            } else {
                let len = 1 + step * 31 % 40;
                let first = pool.reserve(len);
                assert!(
                    blocks
                        .iter()
                        .all(|(f, l)| first + len <= *f || f + l <= first)
                );
                blocks.push((first, len));
            }
        }
    }

    #[test]
    fn what_has_no_place_is_shared() {
        assert_eq!((reserve(0), reserve(LARGEST_BLOCK + 1)), (RANGE, RANGE));
        let mut pool = pool();
        let full = std::iter::repeat_with(|| pool.reserve(LARGEST_BLOCK)).take(9);
        assert_eq!(full.filter(|first| *first < RANGE).count(), 8);
    }
}
