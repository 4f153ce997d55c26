//! The rendered labels of the children in use, in pages that a reader takes whole.
//! Owned by `combinations`, under whose lock pages are changed.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rows whose children share a page. A removal moves the rest of a page, a scrape takes the lock once a page.
pub(super) const ROWS: u32 = 256;

/// Pages by row. The lock is held to take a page or to change one, which copies it if a reader has it.
#[derive(Debug, Default)]
pub(super) struct Pages {
    pages: Mutex<Vec<Arc<Page>>>,
    /// How many children were ever added.
    added: AtomicU64,
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
    /// How many were added before it.
    before: u64,
}

impl Pages {
    /// How many children were ever added: what is added from now on is younger.
    pub(super) fn added(&self) -> u64 {
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
    /// Every child that was there when so many had been `added`: its row, which of the row's children it is, and its
    /// labels.
    pub(super) fn children(&self, added: u64) -> impl Iterator<Item = (u32, u32, &str)> {
        let mut rest = &*self.text;
        let all = self.children.iter().map(move |child| {
            let (labels, others) = rest
                .split_at_checked(child.len as usize)
                .unwrap_or_default();
            rest = others;
            (child, labels)
        });
        let old = all.filter(move |(child, _)| child.before < added);
        old.map(|(child, labels)| (child.row, child.child, labels))
    }

    fn remove(&mut self, row: u32) {
        let mut text = String::with_capacity(self.text.len());
        for (of_row, _, labels) in self.children(u64::MAX) {
            if of_row != row {
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
        let children = page.children(u64::MAX);
        let shown = children.map(|(row, child, labels)| format!("{row}.{child}={labels} "));
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
        let seen: Vec<&str> = page.children(added).map(|(.., labels)| labels).collect();
        assert_eq!(seen, ["old"]);
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
