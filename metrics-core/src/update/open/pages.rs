//! The rendered labels of the children in use, in pages that a reader takes whole.
//! Owned by `combinations`, under whose lock pages are changed.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, PoisonError};

use crate::update::sync::{AtomicU64, Mutex, MutexGuard};

/// Rows whose children share a page. A removal moves the rest of a page, a scrape takes the lock once a page.
#[cfg(not(all(loom, test)))]
pub(super) const ROWS: u32 = 256;
#[cfg(all(loom, test))]
pub(super) const ROWS: u32 = 1;

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

/// A child in use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    pub(super) row: u32,
    pub(super) child: u32,
    /// Since when it counts, in milliseconds since 1970; 0 where that does not matter.
    pub(super) created_millis: u64,
    /// How many were added before it. In 32 bits, a family where many come and go would in some weeks take its oldest for
    /// new.
    before: u64,
    /// The length of its labels in the text.
    len: u32,
}

impl Child {
    /// One without labels yet.
    pub(super) fn new(row: u32, child: u32, created_millis: u64) -> Self {
        Self {
            row,
            child,
            created_millis,
            len: 0,
            before: 0,
        }
    }

    /// Whether it was there when so many had been added.
    fn is_older(&self, added: u64) -> bool {
        self.before < added
    }
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

    /// Adds a child with its labels; `false` if these are as long as 4 GiB.
    pub(super) fn add(&self, child: Child, labels: &str) -> bool {
        let number = (child.row / ROWS) as usize;
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
        page.children.push(Child {
            len,
            before,
            ..child
        });
        true
    }

    /// Removes the labels of all children of these rows, which grow.
    pub(super) fn remove(&self, rows: &[u32]) {
        let mut pages = self.pages();
        for rows in rows.chunk_by(|a, b| a / ROWS == b / ROWS) {
            let number = rows.first().map_or(0, |row| row / ROWS);
            if let Some(page) = pages.get_mut(number as usize) {
                Arc::make_mut(page).remove(rows);
            }
        }
    }

    fn pages(&self) -> MutexGuard<'_, Vec<Arc<Page>>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    /// Every child that was there when so many had been `added`.
    pub(super) fn children(&self, added: u64) -> impl Iterator<Item = &Child> {
        let all = self.children.iter();
        all.filter(move |child| child.is_older(added))
    }

    /// The same with their labels.
    pub(super) fn labelled(&self, added: u64) -> impl Iterator<Item = (&Child, &str)> {
        let all = self.all_labels();
        all.filter(move |(child, _)| child.is_older(added))
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

    fn remove(&mut self, rows: &[u32]) {
        let stays = |child: &Child| rows.binary_search(&child.row).is_err();
        let mut text = String::with_capacity(self.text.len());
        for (child, labels) in self.all_labels() {
            if stays(child) {
                text.push_str(labels);
            }
        }
        self.text = text;
        self.children.retain(stays);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::update::poison;

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
            assert!(pages.add(Child::new(row, child, 0), labels));
        }
        let before = pages.get(0).expect("it has rows");
        pages.remove(&[0]);
        assert_eq!(
            shown(&pages.get(0).expect("it has rows")),
            "1.0=bb 2.0= 1.7=é "
        );
        pages.remove(&[1, 5]);
        assert!(pages.add(Child::new(3, 0, 0), "d"));
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
        assert!(pages.add(Child::new(0, 0, 0), "old"));
        let added = pages.added();
        assert!(pages.add(Child::new(1, 0, 0), "new"));
        let page = pages.get(0).expect("it has rows");
        let seen = page.labelled(added);
        let seen = seen.map(|(child, labels)| (child.row, child.child, labels));
        assert_eq!(seen.collect::<Vec<_>>(), [(0, 0, "old")]);
        assert_eq!(page.children(added).count(), 1);
    }

    #[test]
    fn who_is_there_for_long_is_not_taken_for_new() {
        let pages = Pages::default();
        assert!(pages.add(Child::new(0, 0, 0), "old"));
        // others came and went: a thousand a second do so in 25 days
        pages.added.store(1 << 31, SeqCst);
        assert!(pages.add(Child::new(1, 0, 0), "new"));
        let page = pages.get(0).expect("it has rows");
        assert_eq!(page.children(pages.added()).count(), 2);
    }

    #[test]
    fn a_poisoned_lock_is_locked() {
        let pages = Pages::default();
        poison(&pages.pages);
        assert!(pages.add(Child::new(0, 0, 0), "a"));
        assert_eq!(shown(&pages.get(0).expect("it has a row")), "0.0=a ");
        pages.remove(&[0]);
        assert_eq!(shown(&pages.get(0).expect("it had a row")), "");
    }

    #[test]
    fn rows_have_pages() {
        let pages = Pages::default();
        assert!(pages.add(Child::new(3 * ROWS + 1, 0, 0), "late"));
        assert_eq!(
            shown(&pages.get(3).expect("it has a row")),
            format!("{}.0=late ", 3 * ROWS + 1)
        );
        assert_eq!(pages.get(1).map(|page| shown(&page)), Some(String::new()));
        assert!(pages.get(4).is_none());
    }
}
