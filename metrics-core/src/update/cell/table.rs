//! The threads' tables: one range of cells for each thread that updates anything.
//!
//! A table is claimed by a thread's first update and goes to a free list when the thread ends, and the next
//! new thread goes on adding to it. So totals never move, and memory is bounded by the most threads alive at
//! once. A table is never freed: readers hold no lock on it.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Cells in a table. Untouched pages cost nothing; 1 MiB stays below the 2 MiB from which the operating system
/// may give out huge pages, of which the first touch would cost all. What does not fit is shared.
pub(super) const RANGE: usize = 1 << 17;

type Table = &'static [AtomicU64];

/// Every table there is, in the order in which they were made.
pub(super) type Tables = Arc<[Table]>;

thread_local! {
    /// This thread's table: empty before its first update and while it is torn down, so that one bounds
    /// check answers three questions: claimed, not torn down, within the range?
    static OWN: Cell<Table> = const { Cell::new(&[]) };

    /// Gives the table back. A thread-local of its own, because one with a destructor is slower to reach.
    static OWNER: Owner = const { Owner(Cell::new(&[])) };
}

static POOL: Mutex<Pool> = Mutex::new(Pool {
    tables: None,
    free: Vec::new(),
    reserved: 0,
    holes: Vec::new(),
});

struct Pool {
    tables: Option<Tables>,
    /// Tables of threads that have ended.
    free: Vec<Table>,
    /// Cells given to blocks: all below this that are in no hole.
    reserved: usize,
    /// Blocks that were dropped: first cell and length.
    holes: Vec<(usize, usize)>,
}

/// A thread's claim on its table.
struct Owner(Cell<Table>);

impl Drop for Owner {
    fn drop(&mut self) {
        // updates in destructors that run after this one find no table, and go to shared cells
        OWN.set(&[]);
        let table = self.0.get();
        if !table.is_empty() {
            pool().free.push(table);
        }
    }
}

/// Updates a cell of this thread's table; returns whether there is such a cell.
#[inline]
pub(super) fn update_own(index: usize, update: impl Fn(u64) -> u64) -> bool {
    let Some(cell) = OWN.get().get(index) else {
        return false;
    };
    // the address in a register of its own: where base and index are both in the instruction, Intel's cores
    // forward the last store to this load in five cycles instead of none
    let cell = black_box(cell);
    // only this thread writes the cell: nothing comes between the load and the store
    cell.store(update(cell.load(Relaxed)), Relaxed);
    true
}

/// Gives this thread a table, if it has none; returns whether it has one now.
pub(super) fn claim() -> bool {
    let claimed = OWNER.try_with(|owner| {
        if owner.0.get().is_empty() {
            let mut pool = pool();
            let table = pool.free.pop().unwrap_or_else(|| pool.make());
            drop(pool);
            owner.0.set(table);
            OWN.set(table);
        }
    });
    // an error says that this thread is being torn down
    claimed.is_ok()
}

/// Every table, to be read while their owners write.
pub(super) fn all() -> Tables {
    pool().tables.clone().unwrap_or_default()
}

/// Gives a block of zeroed cells, the same in every table; returns where it begins, which is [`RANGE`] if no
/// table has room for it.
pub(super) fn reserve(len: usize) -> usize {
    let mut pool = pool();
    let hole = pool.holes.iter().position(|(_, room)| *room >= len);
    if let Some(hole) = hole {
        let (first, room) = pool.holes.swap_remove(hole);
        if room > len {
            pool.holes.push((first + len, room - len));
        }
        return first;
    }
    let first = pool.reserved;
    if len > RANGE - first {
        return RANGE;
    }
    pool.reserved += len;
    first
}

/// Takes a block back, zeroed. Its owner is gone, so nobody writes to it.
pub(super) fn release(first: usize, len: usize) {
    if first >= RANGE {
        return;
    }
    let mut pool = pool();
    for table in pool.tables.iter().flat_map(|tables| tables.iter()) {
        for cell in table.iter().skip(first).take(len) {
            // a store would touch a page that may never have been
            if cell.load(Relaxed) != 0 {
                cell.store(0, Relaxed);
            }
        }
    }
    pool.holes.push((first, len));
}

impl Pool {
    fn make(&mut self) -> Table {
        let table: Table = Box::leak(bytemuck::zeroed_slice_box(RANGE));
        let before = self.tables.iter().flat_map(|tables| tables.iter().copied());
        self.tables = Some(before.chain([table]).collect());
        table
    }
}

/// No code of users runs under this lock. Besides the lists it orders the tables' changes of hands: what a
/// thread stored before it ended is seen by the next owner, and what was zeroed by the next block.
fn pool() -> MutexGuard<'static, Pool> {
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}
