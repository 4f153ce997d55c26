//! The series of an open label set: found by the text of their values, made on first use, capped.
//! Owned by a family; only `family` comes here. A lock is held for a look-up, never handed out.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use super::cell::Cells;
use crate::declare::LabelSet;

/// One child of an open label set.
#[derive(Debug)]
pub(super) struct Series {
    finite: usize,
    open: Box<[Box<str>]>,
    /// The labels as rendered for the exposition.
    pub(super) labels: Box<str>,
    pub(super) cells: Cells,
}

impl Series {
    fn is<L: LabelSet>(&self, finite: usize, labels: &L::Borrowed<'_>) -> bool {
        let mut position = 0;
        let mut same = self.finite == finite;
        L::open_values(labels, &mut |value| {
            same = same && self.open.get(position).is_some_and(|own| **own == *value);
            position += 1;
        });
        same
    }
}

/// All children of an open label set, at most `cap`.
#[derive(Debug)]
pub(super) struct OpenSeries {
    cap: usize,
    hasher: RandomState,
    table: RwLock<Table>,
}

#[derive(Debug, Default)]
struct Table {
    /// In order of creation, which is the order of exposition.
    series: Vec<Arc<Series>>,
    /// From the hash of the label values to the indices of the series that have it.
    by_hash: HashMap<u64, Vec<usize>>,
}

impl Table {
    fn find<L: LabelSet>(
        &self,
        hash: u64,
        finite: usize,
        labels: &L::Borrowed<'_>,
    ) -> Option<&Arc<Series>> {
        let candidates = self.by_hash.get(&hash)?.iter();
        candidates
            .filter_map(|index| self.series.get(*index))
            .find(|series| series.is::<L>(finite, labels))
    }
}

impl OpenSeries {
    pub(super) fn new(cap: usize) -> Self {
        Self {
            cap,
            hasher: RandomState::new(),
            table: RwLock::default(),
        }
    }

    /// The series of these labels, made with `make` if it is new and there is room; `None` past the cap.
    pub(super) fn get_or_make<L: LabelSet>(
        &self,
        finite: usize,
        labels: &L::Borrowed<'_>,
        make: impl FnOnce(&[Box<str>]) -> (Box<str>, Cells),
    ) -> Option<Arc<Series>> {
        let hash = self.hash::<L>(finite, labels);
        {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(series) = table.find::<L>(hash, finite, labels) {
                return Some(Arc::clone(series));
            }
            if table.series.len() >= self.cap {
                return None;
            }
        }
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(series) = table.find::<L>(hash, finite, labels) {
            return Some(Arc::clone(series));
        }
        if table.series.len() >= self.cap {
            return None;
        }
        let mut open = Vec::new();
        L::open_values(labels, &mut |value| open.push(Box::from(value)));
        let (rendered, cells) = make(&open);
        let series = Arc::new(Series {
            finite,
            open: open.into(),
            labels: rendered,
            cells,
        });
        let index = table.series.len();
        table.series.push(Arc::clone(&series));
        table.by_hash.entry(hash).or_default().push(index);
        Some(series)
    }

    /// The series from `start` on, some at a time, so that a slow reader keeps no writer waiting.
    pub(super) fn page(&self, start: usize) -> Vec<Arc<Series>> {
        const PAGE: usize = 1024;
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table
            .series
            .iter()
            .skip(start)
            .take(PAGE)
            .cloned()
            .collect()
    }

    fn hash<L: LabelSet>(&self, finite: usize, labels: &L::Borrowed<'_>) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write_usize(finite);
        L::open_values(labels, &mut |value| {
            hasher.write(value.as_bytes());
            // no UTF-8 text has this byte, so ("a", "bc") and ("ab", "c") differ
            hasher.write_u8(0xff);
        });
        hasher.finish()
    }
}
