//! Who is looking at storage that can be removed: what somebody may have found is not used for anything else.
//!
//! A thread says in a cell of its own table that it looks, before it reads where things are. Whoever removes
//! something first makes it impossible to find, then asks who is looking, and waits with its reuse until all
//! of those have looked away. Nobody waits for anybody: what cannot be reused yet is reused later.

use std::marker::PhantomData;
use std::sync::atomic::Ordering::{Acquire, Release, SeqCst};

use super::own::{claim, own};
use super::table::{LOOKING, TABLES, Tables};
use crate::update::sync::{AtomicU64, announce, fence, load_own};

/// The lower half of the cell: how many looks the thread has under way. The upper counts how often it began with
/// none, so that who sees it change knows that the thread has looked away in between.
const UNDER_WAY: u64 = u32::MAX as u64;
const BEGUN: u64 = UNDER_WAY + 1;

/// A look under way; it ends when this is dropped, on the thread that began it.
#[derive(Debug)]
pub(in crate::update) struct Looking {
    /// Where the thread says so; `None` where it has no table, because it is being torn down.
    cell: Option<&'static AtomicU64>,
    thread: PhantomData<*const ()>,
}

impl Looking {
    #[inline]
    pub(in crate::update) fn begin() -> Self {
        match own(LOOKING).first() {
            Some(cell) => Self::in_cell(cell),
            None => Self::begin_slowly(),
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
    fn begin_slowly() -> Self {
        if claim()
            && let Some(cell) = own(LOOKING).first()
        {
            return Self::in_cell(cell);
        }
        TABLES.looking_without.fetch_add(1, SeqCst);
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
            Some(cell) => cell.store(load_own(cell).wrapping_sub(1), Release),
            None => {
                TABLES.looking_without.fetch_sub(1, Release);
            }
        }
    }
}

/// Whether the thread whose cell this is looks at anything.
pub(super) fn is_looking(cell: &AtomicU64) -> bool {
    cell.load(Acquire) & UNDER_WAY != 0
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
    pub(in crate::update) fn now() -> Self {
        Self::of(&TABLES)
    }

    pub(super) fn of(tables: &'static Tables) -> Self {
        fence(SeqCst);
        let still = tables.all_claimed(|tables| {
            let cells = tables.filter_map(|cells| cells.get(LOOKING));
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
            now & UNDER_WAY != 0 && now & !UNDER_WAY == then & !UNDER_WAY
        });
        self.without = self.without.filter(|looking| looking.load(Acquire) != 0);
        self.still.is_empty() && self.without.is_none()
    }
}
