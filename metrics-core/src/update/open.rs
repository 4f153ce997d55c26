//! The children of an open label set: found by the text of the open values, made on first use, capped.
//! Owned by a family; only `family` comes here. A lock is held for a look-up, never handed out.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::cell::{Block, Cells};
use crate::declare::LabelSet;

/// One combination of open values, with the children of all combinations of finite ones: what is let in is
/// let in with all its methods, outcomes and so on. They are exposed as they come into use.
#[derive(Debug)]
pub(super) struct Combination {
    values: Box<[Box<str>]>,
    /// For each child, its labels as rendered, once it is in use.
    labels: Box<[OnceLock<Box<str>>]>,
    /// The children, side by side.
    pub(super) cells: Cells,
}

impl Combination {
    /// The value of the open label at `position` among the open ones.
    pub(super) fn value(&self, position: usize) -> &str {
        self.values.get(position).map_or("", |value| value)
    }

    /// Takes the child of a combination of finite values into use.
    pub(super) fn take_into_use(&self, finite: usize, render: impl FnOnce() -> Box<str>) {
        if let Some(labels) = self.labels.get(finite) {
            labels.get_or_init(render);
        }
    }

    /// The labels of the children in use, each with its place.
    pub(super) fn in_use(&self) -> impl Iterator<Item = (usize, &str)> {
        let labels = self.labels.iter().enumerate();
        labels.filter_map(|(finite, labels)| Some((finite, &**labels.get()?)))
    }

    fn is<L: LabelSet>(&self, labels: &L::Borrowed<'_>) -> bool {
        let mut own = self.values.iter();
        let mut same = true;
        L::open_values(labels, &mut |value| {
            same &= own.next().is_some_and(|own| **own == *value);
        });
        same
    }
}

/// All combinations of open values that a family keeps apart, at most `cap`.
#[derive(Debug)]
pub(super) struct Combinations {
    cap: usize,
    /// How many children a combination has, and how many cells each.
    children: usize,
    width: usize,
    hasher: RandomState,
    table: RwLock<Table>,
}

#[derive(Debug, Default)]
struct Table {
    /// In order of creation, which is the order of exposition.
    combinations: Vec<Arc<Combination>>,
    /// From the hash of the values to the indices of the combinations that have it.
    by_hash: HashMap<u64, Vec<usize>>,
}

impl Table {
    fn find<L: LabelSet>(&self, hash: u64, labels: &L::Borrowed<'_>) -> Option<Arc<Combination>> {
        let candidates = self.by_hash.get(&hash)?.iter();
        let mut candidates = candidates.filter_map(|index| self.combinations.get(*index));
        candidates
            .find(|combination| combination.is::<L>(labels))
            .cloned()
    }
}

impl Combinations {
    pub(super) fn new(cap: usize, children: usize, width: usize) -> Self {
        Self {
            cap,
            children,
            width,
            hasher: RandomState::new(),
            table: RwLock::default(),
        }
    }

    /// The combination of these labels' open values, made if it is new and there is room; `None` past the cap.
    pub(super) fn get_or_make<L: LabelSet>(
        &self,
        labels: &L::Borrowed<'_>,
    ) -> Option<Arc<Combination>> {
        let hash = self.hash::<L>(labels);
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let found = table.find::<L>(hash, labels);
        if found.is_some() || table.combinations.len() >= self.cap {
            return found;
        }
        drop(table);

        let mut values = Vec::new();
        L::open_values(labels, &mut |value| values.push(Box::from(value)));
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        // another thread may have been here between the locks
        let found = table.find::<L>(hash, labels);
        if found.is_some() || table.combinations.len() >= self.cap {
            return found;
        }
        let combination = Arc::new(Combination {
            values: values.into(),
            labels: (0..self.children).map(|_| OnceLock::new()).collect(),
            cells: Cells::zeroed(self.children * self.width),
        });
        let index = table.combinations.len();
        table.combinations.push(Arc::clone(&combination));
        table.by_hash.entry(hash).or_default().push(index);
        Some(combination)
    }

    /// The combinations from `start` on, some at a time, so that a slow reader keeps no writer waiting.
    pub(super) fn page(&self, start: usize) -> Vec<Arc<Combination>> {
        const PAGE: usize = 1024;
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table
            .combinations
            .iter()
            .skip(start)
            .take(PAGE)
            .cloned()
            .collect()
    }

    fn hash<L: LabelSet>(&self, labels: &L::Borrowed<'_>) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        L::open_values(labels, &mut |value| {
            hasher.write(value.as_bytes());
            // no UTF-8 text has this byte, so ("a", "bc") and ("ab", "c") differ
            hasher.write_u8(0xff);
        });
        hasher.finish()
    }
}
