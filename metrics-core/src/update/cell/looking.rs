//! Who is looking at storage that can be removed: what somebody may have found is not used for anything else.
//!
//! A thread says in a cell of its own table that it looks, before it reads where things are. Whoever removes
//! something first makes it impossible to find, then asks who is looking, and waits with its reuse until all
//! of those have looked away. Nobody waits for anybody: what cannot be reused yet is reused later. Families look in
//! several lanes, so that a look that lasts, because somebody keeps a child, concerns few of them.

use std::marker::PhantomData;
use std::sync::atomic::Ordering::{Acquire, Release, SeqCst};

use super::own::{claim, own_cell};
use super::table::{LANES, TABLES, Table, Tables};
use crate::update::sync::{AtomicU64, announce, announce_one, clear, fence, load_own};

/// The lower half of the cell: how many looks the thread has under way. The upper counts how often it began with
/// none, so that who sees it change knows that the thread has looked away in between.
const UNDER_WAY: u64 = u32::MAX as u64 >> 1;
const BEGUN: u64 = 1 << u32::BITS;

/// The thread has ended with a look under way, and the last of these gives its table back.
const ORPHAN: u64 = BEGUN >> 1;

/// Which of the cells for looking a family uses.
#[derive(Clone, Copy, Debug)]
pub(in crate::update) struct Lane(usize);

impl Lane {
    /// The lanes in turn.
    #[cfg(not(all(loom, test)))]
    pub(in crate::update) fn next() -> Self {
        use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

        // it orders nothing: of two who ask at once, any may have either lane, so there is no model of it
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        Self(NEXT.fetch_add(1, Relaxed) % LANES)
    }

    /// A model does the same in every run.
    #[cfg(all(loom, test))]
    pub(in crate::update) fn next() -> Self {
        Self::FIRST
    }

    #[cfg(all(loom, test))]
    pub(super) const FIRST: Self = Self(0);
}

/// A look under way; it ends when this is dropped, on the thread that began it.
#[derive(Debug)]
pub(in crate::update) struct Looking {
    /// Where the thread says so; `None` where it has no table, because it is being torn down.
    cell: Option<&'static AtomicU64>,
    thread: PhantomData<*const ()>,
}

impl Looking {
    #[inline]
    pub(in crate::update) fn begin(lane: Lane) -> Self {
        match own_cell(lane.0) {
            Some(cell) => Self::in_cell(cell),
            None => Self::begin_slowly(lane),
        }
    }

    #[inline]
    pub(super) fn in_cell(cell: &'static AtomicU64) -> Self {
        let before = load_own(cell);
        let begun = if before & UNDER_WAY == 0 { BEGUN } else { 0 };
        // pairs with the fence of `Lookers::now`: either that sees this, or what is read from now on is as it
        // was left before that
        announce(cell, before.wrapping_add(begun + 1));
        Self {
            cell: Some(cell),
            thread: PhantomData,
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_slowly(lane: Lane) -> Self {
        if claim()
            && let Some(cell) = own_cell(lane.0)
        {
            return Self::in_cell(cell);
        }
        Self::without_table()
    }

    pub(super) fn without_table() -> Self {
        announce_one(&TABLES.looking_without);
        Self {
            cell: None,
            thread: PhantomData,
        }
    }
}

impl Drop for Looking {
    #[inline]
    fn drop(&mut self) {
        // what was read has been read: pairs with `Lookers::are_gone`
        match self.cell {
            Some(cell) => {
                let left = load_own(cell).wrapping_sub(1);
                cell.store(left, Release);
                if left & (ORPHAN | UNDER_WAY) == ORPHAN {
                    give_back(cell);
                }
            }
            None => {
                TABLES.looking_without.fetch_sub(1, Release);
            }
        }
    }
}

/// Says of a thread that ends whether it has looks under way: then the last of them gives its table back, and until
/// then writes to it.
pub(super) fn outlive(table: &'static Table) -> bool {
    let lanes = table.cells.iter().take(LANES);
    let under_way = lanes.filter(|cell| load_own(cell) & UNDER_WAY != 0);
    let mut outlives = false;
    for cell in under_way {
        cell.store(load_own(cell) | ORPHAN, Release);
        outlives = true;
    }
    outlives
}

/// Of a forked child, which has this thread alone: looks that others had under way in its parent never end here, and what
/// they may have found may be used again.
pub(crate) fn forget_lookers() {
    let own = own_cell(0).map(std::ptr::from_ref);
    for cells in TABLES.all() {
        if cells.first().map(std::ptr::from_ref) != own {
            clear(cells.get(..LANES).unwrap_or_default());
        }
    }
    TABLES.looking_without.store(0, SeqCst);
}

/// The last look in this cell of a thread that has ended is over.
#[cold]
fn give_back(cell: &'static AtomicU64) {
    cell.store(load_own(cell) & !ORPHAN, Release);
    let mut tables = TABLES.tables();
    let table = tables.find(|table| {
        let mut lanes = table.cells.iter().take(LANES);
        lanes.any(|lane| std::ptr::eq(lane, cell))
    });
    if let Some(table) = table
        && table
            .cells
            .iter()
            .take(LANES)
            .all(|lane| load_own(lane) & UNDER_WAY == 0)
    {
        TABLES.give_back(table);
    }
}

/// Those who were looking at a certain moment, until they have looked away.
#[derive(Debug)]
pub(in crate::update) struct Lookers {
    still: Vec<(&'static AtomicU64, u64)>,
    /// Where those without a table say it, if any of them was looking.
    without: Option<&'static AtomicU64>,
}

impl Lookers {
    /// Those who are looking now, and so may have found what has just been made impossible to find.
    pub(in crate::update) fn now(lane: Lane) -> Self {
        Self::of(&TABLES, lane)
    }

    pub(super) fn of(tables: &'static Tables, lane: Lane) -> Self {
        fence(SeqCst);
        let still = tables.all_claimed(|tables| {
            let cells = tables.filter_map(|cells| cells.get(lane.0));
            let looking = cells.map(|cell| (cell, cell.load(SeqCst)));
            looking
                .filter(|(_, value)| value & UNDER_WAY != 0)
                .collect()
        });
        let without = Some(&tables.looking_without);
        Self {
            still,
            without: without.filter(|looking| looking.load(SeqCst) != 0),
        }
    }

    /// Whether all of them have looked away since.
    pub(in crate::update) fn are_gone(&mut self) -> bool {
        // a value that has changed and counts as many begun looks is that of the same look
        self.still.retain(|(cell, then)| {
            let now = cell.load(Acquire);
            now & UNDER_WAY != 0 && now / BEGUN == then / BEGUN
        });
        self.without = self.without.filter(|looking| looking.load(Acquire) != 0);
        self.still.is_empty() && self.without.is_none()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::cell::RefCell;
    use std::thread;

    use super::*;

    thread_local! {
        static LATE: RefCell<Option<Looking>> = const { RefCell::new(None) };
    }

    #[test]
    fn a_look_that_outlives_its_thread_gives_the_table_back() {
        let lane = Lane::next();
        let before = TABLES.tables().count();
        for _ in 0..100 {
            let thread = thread::spawn(move || {
                // registered before the first look, and so torn down after the table's owner
                LATE.set(None);
                LATE.set(Some(Looking::begin(lane)));
            });
            thread.join().expect("it ends");
        }
        // other tests may run in this process
        assert!(TABLES.tables().count() < before + 50);
    }
}
