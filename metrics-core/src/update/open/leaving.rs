//! Series that were removed: they cannot be found any more, but are shown, in their final state, until a scrape has
//! delivered them. Owned by `combinations`, under whose lock they leave and go.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::combinations::{Combinations, STATE, Writer};
use super::key::{GONE, REMOVED};
use crate::update::cell::Lookers;
use crate::update::mark::{Left, Mark};

/// What has been shown for so long is not waited for any more: somebody walks, and nobody scrapes.
const SHOWN_FOR: Duration = Duration::from_secs(5 * 60);

/// So many series go while the lock is held once.
const AT_ONCE: usize = 8 * 1024;

/// Rows that cannot be found any more and are still shown.
#[derive(Debug, Default)]
pub(super) struct Leaving {
    /// In the order in which they left.
    rows: BTreeMap<u64, LeavingRow>,
    /// The same by the hash of their labels: so that they go when such labels come back.
    by_hash: BTreeMap<(u64, u32), u64>,
    /// How many have ever left.
    ever: u64,
}

#[derive(Clone, Copy, Debug)]
struct LeavingRow {
    row: u32,
    hash: u64,
    left: Left,
    /// When, by the clock of the family.
    nanos: u64,
}

impl Leaving {
    fn add(&mut self, row: LeavingRow) {
        self.by_hash.insert((row.hash, row.row), self.ever);
        self.rows.insert(self.ever, row);
        self.ever += 1;
    }

    /// Takes out the row that left first, if `goes` says so.
    fn take_first(&mut self, goes: impl FnOnce(&LeavingRow) -> bool) -> Option<u32> {
        let first = self.rows.first_entry()?;
        if !goes(first.get()) {
            return None;
        }
        let LeavingRow { row, hash, .. } = first.remove();
        self.by_hash.remove(&(hash, row));
        Some(row)
    }

    /// Takes out the rows with this hash that `goes` says.
    fn take_like(&mut self, hash: u64, goes: impl Fn(u32) -> bool) -> Vec<u32> {
        let like = self.by_hash.range((hash, 0)..=(hash, u32::MAX));
        let rows = like.map(|((_, row), _)| *row).filter(|row| goes(*row));
        let rows: Vec<u32> = rows.collect();
        for row in &rows {
            if let Some(order) = self.by_hash.remove(&(hash, *row)) {
                self.rows.remove(&order);
            }
        }
        rows
    }

    fn len(&self) -> usize {
        self.rows.len()
    }
}

impl Combinations {
    /// Makes a row impossible to find, which is shown until it is [gone](Self::let_go). Past as many as the cap, the
    /// first to have left goes.
    pub(super) fn leave(&self, row: u32, hash: u64, writer: &mut Writer) {
        // first, so that who does not find it any more does not find its place taken either
        self.live.fetch_sub(1, Relaxed);
        self.index.remove(hash, row);
        if let Some(state) = self.rows.get(row).get(STATE) {
            state.fetch_or(REMOVED, Relaxed);
        }
        writer.leaving.add(LeavingRow {
            row,
            hash,
            left: Left::now(),
            nanos: self.clock.elapsed_nanos(),
        });
        if writer.leaving.len() > self.cap {
            let first = writer.leaving.take_first(|_| true);
            self.let_go(first.into_iter().collect(), writer);
        }
    }

    /// Shows rows no longer, and makes them free when nobody can have them in hand any more. They have left before.
    pub(super) fn let_go(&self, mut rows: Vec<u32>, writer: &mut Writer) {
        rows.sort_unstable();
        for row in &rows {
            if let Some(state) = self.rows.get(*row).get(STATE) {
                state.fetch_or(GONE, Relaxed);
            }
        }
        self.pages.remove(&rows);
        // these the last owner makes free
        rows.retain(|row| !writer.owners.contains_key(row));
        if !rows.is_empty() {
            let lookers = Lookers::now(self.lane);
            writer.removed.push_back((rows, lookers));
        }
        self.clear_removed(writer);
    }

    /// Lets those go that have left with these labels, which come back: so that no walk shows both.
    pub(super) fn let_go_like(&self, hash: u64, texts: &Vec<String>, writer: &mut Writer) {
        let is_like = |row| self.texts_of(self.rows.get(row)) == *texts;
        let rows = writer.leaving.take_like(hash, is_like);
        if !rows.is_empty() {
            self.let_go(rows, writer);
        }
    }

    /// Lets those go that had left before the mark.
    pub(in crate::update) fn delivered(&self, mark: Mark) {
        self.let_go_while(|row| row.left.is_before(mark));
    }

    /// Lets those go that left so long ago that nobody seems to scrape. Called when all have been shown once more.
    pub(super) fn let_go_late(&self) {
        let now = self.clock.elapsed_nanos();
        let is_late =
            |row: &LeavingRow| u128::from(now.saturating_sub(row.nanos)) >= SHOWN_FOR.as_nanos();
        self.let_go_while(is_late);
    }

    fn let_go_while(&self, goes: impl Fn(&LeavingRow) -> bool) {
        loop {
            let mut writer = self.writer();
            let next = || writer.leaving.take_first(&goes);
            let rows: Vec<u32> = std::iter::from_fn(next).take(AT_ONCE).collect();
            if rows.is_empty() {
                return;
            }
            self.let_go(rows, &mut writer);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::declare::{Declaration, Descriptor, Kind, LabelDescriptor, Source};
    use crate::update::cell::Storage;
    use crate::update::family::{Shape, Values};
    use crate::update::open::key::Kept;

    static FAMILY: Descriptor = {
        let source = Source {
            file: file!(),
            line: line!(),
            package: env!("CARGO_PKG_NAME"),
            module: module_path!(),
        };
        let declared = Declaration::new("", "steps", "Steps.", source);
        Descriptor::new(declared, Kind::Counter, &[])
    };

    fn shown(combinations: &Combinations) -> Vec<(String, u64)> {
        let mut shown = Vec::new();
        let _ = combinations.for_each(
            Values {
                each: 1,
                marks: false,
            },
            |child, values| values.push(child.cells.get_u64(child.start)),
            |child| {
                shown.push((child.labels.to_owned(), child.values[0]));
                ControlFlow::Continue(())
            },
        );
        shown
    }

    /// Found, and not yet in use, when another thread removes it.
    #[test]
    fn what_comes_into_use_while_it_leaves_is_shown_until_it_is_gone() {
        let shape = Shape::of_cells(1, Storage::Summed);
        let labels = [LabelDescriptor::open("key", 10)];
        let combinations = Combinations::new(10, &labels, 1, shape, &FAMILY);
        let texts = vec!["a".to_owned()];
        let use_late = |removed: &dyn Fn()| {
            let found = combinations.get_or_make::<Kept>(&texts);
            let found = found.expect("there is room");
            removed();
            found.row.take_into_use(0, |_| "a".to_owned());
            found.row.cells().add(0, 1_u64);
        };
        use_late(&|| assert!(combinations.remove::<Kept>(&texts)));
        assert_eq!(shown(&combinations), [("a".to_owned(), 1)]);
        combinations.delivered(Mark::now());
        assert_eq!(shown(&combinations), []);
        // one that comes back takes its place
        use_late(&|| {
            assert!(combinations.remove::<Kept>(&texts));
            let again = combinations.get_or_make::<Kept>(&texts);
            let again = again.expect("there is room");
            again.row.take_into_use(0, |_| "a".to_owned());
            again.row.cells().add(0, 7_u64);
        });
        assert_eq!(shown(&combinations), [("a".to_owned(), 7)]);
    }
}
