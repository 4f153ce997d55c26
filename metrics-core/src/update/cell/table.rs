//! The threads' tables: one range of cells for each thread that updates anything.
//!
//! A table is claimed by a thread's first update (`own`) and goes to a free list when the thread ends, and the
//! next new thread goes on adding to it. So totals never move, and memory is bounded by the most threads alive
//! at once. A table is never freed: readers hold no lock on it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::iter::successors;
#[cfg(not(all(loom, test)))]
use std::sync::LazyLock;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;

use crate::update::sync::{AtomicU64, Mutex, MutexGuard, OnceLock, load_own, thread_local, zeroed};

/// Cells in a table, 1 MiB of address space. Where the system gives out zeroed pages on demand, those that are
/// not touched cost nothing; an allocator that hands out used memory clears all of it. What does not fit is
/// shared.
#[cfg(not(all(loom, test)))]
pub(super) const RANGE: usize = 1 << 17;
#[cfg(all(loom, test))]
pub(super) const RANGE: usize = 16;

/// A larger block is shared, so that no family takes the range from all others.
const LARGEST_BLOCK: usize = RANGE / 8;

/// In so many cells at the beginning of every table its thread says what it is looking at; see `looking`.
pub(super) const LANES: usize = if RANGE > 1000 { 32 } else { 2 };

/// A table in the list of all tables, which only grows, at its end.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) cells: Box<[AtomicU64]>,
    next: OnceLock<&'static Self>,
}

/// All tables, and which of them and of their cells are in use.
#[derive(Debug)]
pub(super) struct Tables {
    /// Where threads that are being torn down, and have no table, say that they look; see `looking`.
    pub(super) looking_without: AtomicU64,
    first: OnceLock<&'static Table>,
    pool: Mutex<Pool>,
}

/// Those of the process.
#[cfg(not(all(loom, test)))]
pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);
#[cfg(all(loom, test))]
loom::lazy_static! {
    pub(super) static ref TABLES: Tables = Tables::new();
}

#[derive(Debug)]
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

impl Tables {
    pub(super) fn new() -> Self {
        Self {
            looking_without: AtomicU64::new(0),
            first: OnceLock::new(),
            pool: Mutex::new(Pool::new()),
        }
    }

    /// A table that nobody has; `None` if there is no memory for another.
    pub(super) fn claim(&self) -> Option<&'static Table> {
        let mut pool = self.pool();
        if let Some(table) = pool.free.pop() {
            return Some(table);
        }
        let table: &'static Table = Box::leak(Box::new(Table {
            cells: zeroed(RANGE)?,
            next: OnceLock::new(),
        }));
        let end = pool.last.map_or(&self.first, |last| &last.next);
        // under the lock nobody else appends, so the end is free
        let _ = end.set(table);
        pool.last = Some(table);
        Some(table)
    }

    /// Takes the table of a thread that has ended, for the next one to go on with.
    pub(super) fn give_back(&self, table: &'static Table) {
        self.pool().free.push(table);
    }

    /// The cells of every table, those of new ones at the end; to be read while their owners write.
    pub(super) fn all(&self) -> impl Iterator<Item = &'static [AtomicU64]> {
        self.tables().map(|table| &*table.cells)
    }

    pub(super) fn tables(&self) -> impl Iterator<Item = &'static Table> {
        successors(self.first.get().copied(), |table| table.next.get().copied())
    }

    /// The same, but no table comes meanwhile: a thread without a table now claims one after `look` has ended.
    pub(super) fn all_claimed<T>(
        &self,
        look: impl FnOnce(&mut dyn Iterator<Item = &'static [AtomicU64]>) -> T,
    ) -> T {
        let _pool = self.pool();
        look(&mut self.all())
    }

    /// Gives a block of zeroed cells below `limit`, the same in every table; returns where it begins, which is
    /// [`RANGE`] if it has no place there.
    pub(super) fn reserve(&self, len: usize, limit: usize) -> usize {
        if len == 0 || len > LARGEST_BLOCK {
            return RANGE;
        }
        self.pool().reserve(len, limit)
    }

    /// Takes a block back. Its owner is gone, so nobody writes to it.
    pub(super) fn release(&self, first: usize, len: usize) {
        if first >= RANGE {
            return;
        }
        self.clear(first, len);
        self.pool().release(first, len);
    }

    /// Makes a block zero in every table. Its owner writes nothing meanwhile.
    pub(super) fn clear(&self, first: usize, len: usize) {
        if first >= RANGE {
            return;
        }
        // no lock: nobody is given the block meanwhile, and tables that come are zero
        for cells in self.all() {
            for cell in cells.iter().skip(first).take(len) {
                // a store would touch a page that may never have been
                if load_own(cell) != 0 {
                    cell.store(0, Relaxed);
                }
            }
        }
    }

    /// The only code of others that runs under the lock is the allocator. The lock also orders the changes of
    /// hands: what a thread stored before it ended is seen by the next owner of its table, and what was zeroed by
    /// the next owner of the block.
    fn pool(&self) -> AtPool<'_> {
        AT_POOL.with(|at| at.set(true));
        AtPool {
            pool: self.pool.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

thread_local! {
    /// Whether this thread is at work on the pool. An allocator that counts what it does comes here from
    /// within, and must not wait for itself.
    static AT_POOL: Cell<bool> = const { Cell::new(false) };
}

pub(super) fn is_at_pool() -> bool {
    AT_POOL.with(Cell::get)
}

/// The pool, locked.
struct AtPool<'p> {
    pool: MutexGuard<'p, Pool>,
}

impl Drop for AtPool<'_> {
    fn drop(&mut self) {
        AT_POOL.with(|at| at.set(false));
    }
}

impl std::ops::Deref for AtPool<'_> {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.pool
    }
}

impl std::ops::DerefMut for AtPool<'_> {
    fn deref_mut(&mut self) -> &mut Pool {
        &mut self.pool
    }
}

impl Pool {
    fn new() -> Self {
        Self {
            last: None,
            free: Vec::new(),
            reserved: LANES,
            holes: BTreeMap::new(),
        }
    }

    fn reserve(&mut self, len: usize, limit: usize) -> usize {
        let fitting = self
            .holes
            .iter()
            .filter(|(first, room)| **room >= len && **first + len <= limit);
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
        if self.reserved + len > limit {
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

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::update::poison;

    #[test]
    fn holes_join_so_that_the_range_is_not_used_up() {
        let mut pool = Pool::new();
        for _ in 0..20_000 {
            let blocks = [1, 1, 15].map(|len| (pool.reserve(len, RANGE), len));
            for (first, len) in blocks {
                assert!(first < RANGE);
                pool.release(first, len);
            }
        }
        assert_eq!((pool.reserved, pool.holes.len()), (LANES, 0));
    }

    #[test]
    fn blocks_never_overlap() {
        let mut pool = Pool::new();
        let mut blocks: Vec<(usize, usize)> = Vec::new();
        for step in 0..5_000_usize {
            if step % 3 == 2 {
                let (first, len) = blocks.swap_remove(step * 7 % blocks.len());
                pool.release(first, len);
            } else {
                let len = 1 + step * 31 % 40;
                let first = pool.reserve(len, RANGE);
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
    fn a_poisoned_lock_is_locked() {
        let tables: &'static Tables = Box::leak(Box::new(Tables::new()));
        poison(&tables.pool);
        let first = tables.reserve(3, RANGE);
        assert!(first < RANGE);
        tables.release(first, 3);
        assert_eq!(tables.reserve(3, RANGE), first);
        let table = tables.claim().expect("there is memory");
        tables.give_back(table);
        let again = tables.claim().expect("it was given back");
        assert!(std::ptr::eq(table, again));
    }

    #[test]
    fn what_has_no_place_is_shared() {
        let tables = Tables::new();
        let unfit = (
            tables.reserve(0, RANGE),
            tables.reserve(LARGEST_BLOCK + 1, RANGE),
        );
        assert_eq!(unfit, (RANGE, RANGE));
        let full = std::iter::repeat_with(|| tables.reserve(LARGEST_BLOCK, RANGE)).take(9);
        // the cells for looking take the place of the last
        assert_eq!(full.filter(|first| *first < RANGE).count(), 7);
        assert_eq!(tables.reserve(1, RANGE / 2), RANGE);
        assert!(tables.reserve(1, RANGE) < RANGE);
    }
}
