//! The rendered labels of the children in use, in pages that a reader takes whole.
//! Owned by `combinations`, under whose lock pages are changed.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rows whose children share a page. A removal moves the rest of a page, a scrape takes the lock once a page.
pub(super) const ROWS: u32 = 256;

/// Pages by row. The lock is held to take a page or to change one, which copies it if a reader has it.
#[derive(Debug, Default)]
pub(super) struct Pages {
    pages: Mutex<Vec<Arc<Page>>>,
    /// How many children were ever added, modulo 2^32.
    added: AtomicU32,
}

/// The labels of the children of [`ROWS`] rows, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    text: String,
    children: Vec<Child>,
}

#[derive(Clone, Copy, Debug)]
struct Child {
    row: u32,
    child: u32,
    /// The length of its labels in the text.
    len: u32,
    /// How many were added before it, likewise.
    before: u32,
}

impl Child {
    /// Whether it was there when so many had been added.
    fn is_older(&self, added: u32) -> bool {
        added.wrapping_sub(self.before).cast_signed() > 0
    }
}

impl Pages {
    /// How many children were ever added, modulo 2^32: what is added from now on is younger.
    pub(super) fn added(&self) -> u32 {
        self.added.load(SeqCst)
    }

    /// The page of the rows from `number` times [`ROWS`] on.
    pub(super) fn get(&self, number: usize) -> Option<Arc<Page>> {
        self.pages().get(number).cloned()
    }

    /// Adds the labels of a child of a row; `false` if they are as long as 4 GiB.
    pub(super) fn add(&self, row: u32, child: u32, labels: &str) -> bool {
        let number = (row / ROWS) as usize;
        let mut pages = self.pages();
        if pages.len() <= number {
            pages.resize_with(number + 1, Arc::default);
        }
        let page = Arc::make_mut(&mut pages[number]);
        let Ok(len) = u32::try_from(labels.len()) else {
            return false;
        };
        page.text.push_str(labels);
        let before = self.added.fetch_add(1, SeqCst);
        let child = Child {
            row,
            child,
            len,
            before,
        };
        page.children.push(child);
        true
    }

    /// Removes the labels of all children of a row.
    pub(super) fn remove(&self, row: u32) {
        if let Some(page) = self.pages().get_mut((row / ROWS) as usize) {
            Arc::make_mut(page).remove(row);
        }
    }

    fn pages(&self) -> MutexGuard<'_, Vec<Arc<Page>>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    /// Every child that was there when so many had been `added`: its row, and which of the row's children it is.
    pub(super) fn children(&self, added: u32) -> impl Iterator<Item = (u32, u32)> {
        let old = self
            .children
            .iter()
            .filter(move |child| child.is_older(added));
        old.map(|child| (child.row, child.child))
    }

    /// Their labels.
    pub(super) fn labels(&self, added: u32) -> impl Iterator<Item = &str> {
        let all = self.all_labels();
        all.filter_map(move |(child, labels)| child.is_older(added).then_some(labels))
    }

    fn all_labels(&self) -> impl Iterator<Item = (&Child, &str)> {
        let mut rest = &*self.text;
        self.children.iter().map(move |child| {
            let (labels, others) = rest
                .split_at_checked(child.len as usize)
                .unwrap_or_default();
            rest = others;
            (child, labels)
        })
    }

    fn remove(&mut self, row: u32) {
        let mut text = String::with_capacity(self.text.len());
        for (child, labels) in self.all_labels() {
            if child.row != row {
                text.push_str(labels);
            }
        }
        self.text = text;
        self.children.retain(|child| child.row != row);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn shown(page: &Page) -> String {
        let all = page.all_labels();
        let shown = all.map(|(child, labels)| format!("{}.{}={labels} ", child.row, child.child));
        shown.collect()
    }

    #[test]
    fn a_row_goes_with_all_its_children() {
        let pages = Pages::default();
        for (row, child, labels) in [
            (0, 0, "a"),
            (1, 0, "bb"),
            (0, 1, "ccc"),
            (2, 0, ""),
            (1, 7, "é"),
        ] {
            assert!(pages.add(row, child, labels));
        }
        let before = pages.get(0).expect("it has rows");
        pages.remove(0);
        assert_eq!(
            shown(&pages.get(0).expect("it has rows")),
            "1.0=bb 2.0= 1.7=é "
        );
        pages.remove(1);
        pages.remove(5);
        assert!(pages.add(3, 0, "d"));
        assert_eq!(shown(&pages.get(0).expect("it has rows")), "2.0= 3.0=d ");
        assert_eq!(
            shown(&before),
            "0.0=a 1.0=bb 0.1=ccc 2.0= 1.7=é ",
            "readers keep what they took"
        );
    }

    #[test]
    fn who_began_before_a_child_was_added_does_not_see_it() {
        let pages = Pages::default();
        assert!(pages.add(0, 0, "old"));
        let added = pages.added();
        assert!(pages.add(1, 0, "new"));
        let page = pages.get(0).expect("it has rows");
        assert_eq!(page.labels(added).collect::<Vec<_>>(), ["old"]);
        assert_eq!(page.children(added).collect::<Vec<_>>(), [(0, 0)]);
    }

    #[test]
    fn rows_have_pages() {
        let pages = Pages::default();
        assert!(pages.add(3 * ROWS + 1, 0, "late"));
        assert_eq!(
            shown(&pages.get(3).expect("it has a row")),
            format!("{}.0=late ", 3 * ROWS + 1)
        );
        assert_eq!(pages.get(1).map(|page| shown(&page)), Some(String::new()));
        assert!(pages.get(4).is_none());
    }
}
