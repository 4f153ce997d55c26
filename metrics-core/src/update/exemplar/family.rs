//! The exemplars of a family's children: nothing until the first is given, then found by child.

use std::collections::HashMap;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{PoisonError, TryLockError};

use foldhash::fast::RandomState;

use super::kept::{Keeps, Kept};
use super::limits::Fitting;
use super::source;
use crate::declare::Descriptor;
use crate::update::cell::Storage;
use crate::update::clock::now_millis;
use crate::update::family::ChildId;
use crate::update::labels::Labels;
use crate::update::sync::{AtomicBool, AtomicU32, AtomicU64, Mutex, OnceLock};
use crate::update::{Exemplar, Point};

/// The exemplars of a family.
///
/// Each child has a number among its marks, the last of them, which all threads share. Its upper half is the owner as
/// whom the child keeps exemplars, 0 before it has any: with the child it becomes 0 again when the child is removed,
/// so that the next one in its place does not show what it finds there. The lower half has a bit for each bucket that
/// took an exemplar by itself since it was last gathered, and takes no other before it is: so an update has no clock
/// to look at, and mostly nothing to do.
#[derive(Debug)]
pub(in crate::update) struct Exemplars {
    /// Whether updates are to be looked at that come without one.
    takes: bool,
    keeps: Keeps,
    /// How many marks a child has.
    marks: usize,
    /// Whether somebody makes what is kept, or has.
    begun: AtomicBool,
    kept: OnceLock<Box<Table>>,
}

/// What was ever kept, by child. An update only tries a lock, and leaves its exemplar if another is at it.
#[derive(Debug)]
struct Table {
    shards: [Mutex<Shard>; SHARDS],
    owners: AtomicU32,
}

/// So many children, as a rule, are updated at once without being in each other's way.
const SHARDS: usize = 16;

type Shard = HashMap<ChildId, Owned, RandomState>;

#[derive(Debug, Default)]
struct Owned {
    owner: u32,
    kept: Kept,
}

/// The half of a mark with a bit a bucket.
const TAKEN: u64 = u32::MAX as u64;

impl Exemplars {
    /// How many numbers a child has for this; they are the last of its marks.
    pub(in crate::update) const MARKS: usize = 1;

    /// For children that have so many marks.
    pub(in crate::update) fn new(descriptor: &'static Descriptor, marks: usize) -> Self {
        let native_alone = descriptor.native().is_some() && descriptor.bounds().is_empty();
        Self {
            takes: descriptor.takes_exemplars(),
            keeps: if native_alone {
                Keeps::Spread
            } else {
                Keeps::OnePerBucket
            },
            marks,
            begun: AtomicBool::new(false),
            kept: OnceLock::new(),
        }
    }

    /// How many marks a child has.
    #[inline]
    pub(in crate::update) fn marks(&self) -> usize {
        self.marks
    }

    /// Where the updates of a family go: those that are to be looked at the long way.
    pub(in crate::update) fn storage(descriptor: &'static Descriptor) -> Storage {
        if descriptor.takes_exemplars() {
            Storage::Watched
        } else {
            Storage::Summed
        }
    }

    /// An update that came without an exemplar: takes one from what is current, where the family is to. `bucket` is 0
    /// where there are none.
    #[inline]
    pub(in crate::update) fn look(
        &self,
        child: ChildId,
        marks: &[AtomicU64],
        bucket: usize,
        value: f64,
    ) {
        if !self.takes {
            return;
        }
        let taken = self.taken(bucket, value);
        let may_take = |mark: &AtomicU64| mark.load(Relaxed) & taken == 0;
        if marks.last().is_some_and(may_take) {
            self.take(child, marks, bucket, value);
        }
    }

    #[inline(never)]
    fn take(&self, child: ChildId, marks: &[AtomicU64], bucket: usize, value: f64) {
        source::current(&mut |labels| self.keep(child, marks, bucket, value, labels));
    }

    /// Keeps an exemplar, if its labels fit and nobody else is at it.
    #[inline(never)]
    pub(in crate::update) fn keep(
        &self,
        child: ChildId,
        marks: &[AtomicU64],
        bucket: usize,
        value: f64,
        labels: &[(&str, &str)],
    ) {
        let (Some(labels), Some(mark)) = (Fitting::new(labels), marks.last()) else {
            return;
        };
        let millis = now_millis();
        let Some(table) = self.table() else {
            return;
        };
        table.with(child, mark, |kept| {
            if let Some(text) = kept.keep(self.keeps, bucket, value, millis) {
                labels.render(text);
            }
            if self.takes {
                mark.fetch_or(self.taken(bucket, value), Relaxed);
            }
        });
    }

    /// What is kept, from the first exemplar on.
    fn table(&self) -> Option<&Table> {
        // one who comes while it is made leaves the exemplar: an allocator that gives some comes here from within
        if self.kept.get().is_none() && !self.begun.swap(true, Relaxed) {
            let _ = self.kept.set(Box::default());
        }
        self.kept.get().map(|table| &**table)
    }

    /// The bit of a bucket; the last is for all those that have none of their own.
    #[inline]
    fn taken(&self, bucket: usize, value: f64) -> u64 {
        let bit = match self.keeps {
            Keeps::OnePerBucket => bucket.min(31),
            // for each power of two, and again from the beginning: the exponent stands above 52 bits
            Keeps::Spread => (value.to_bits() >> 52) as usize % 32,
        };
        1 << bit
    }

    /// For a walk over the children; `None` where no child has ever had an exemplar.
    pub(in crate::update) fn gathering(&self) -> Option<Gathering<'_>> {
        self.kept.get().map(|table| Gathering(table))
    }
}

/// A walk over children, some of which may have exemplars.
#[derive(Clone, Copy, Debug)]
pub(in crate::update) struct Gathering<'e>(&'e Table);

impl Gathering<'_> {
    /// Who keeps exemplars for the child that has these marks; from now on its buckets may take others.
    pub(in crate::update) fn owner(self, marks: &[AtomicU64]) -> u64 {
        let Some(mark) = marks.last() else {
            return 0;
        };
        let now = mark.load(Relaxed);
        if now & TAKEN != 0 {
            mark.fetch_and(!TAKEN, Relaxed);
        }
        now >> u32::BITS
    }

    /// Shows a point of a child with the exemplars that it had under this owner. They are copied, because no lock is
    /// held while somebody looks at them.
    pub(in crate::update) fn show<R>(
        self,
        child: ChildId,
        owner: u64,
        point: Point<'_>,
        show: impl FnOnce(&Point<'_>) -> R,
    ) -> R {
        if owner == 0 {
            return show(&point);
        }
        let (mut texts, mut read) = (String::new(), Vec::new());
        self.0.read(child, owner, |kept| {
            for one in kept.iter() {
                let start = texts.len();
                texts.push_str(&one.labels);
                read.push((start..texts.len(), one.value, one.millis));
            }
        });
        let exemplar = |(text, value, millis): (std::ops::Range<usize>, f64, u64)| {
            let labels = Labels::rendered(texts.get(text).unwrap_or_default());
            Exemplar::new(labels, value, millis)
        };
        let exemplars: Vec<_> = read.into_iter().map(exemplar).collect();
        show(&point.exemplars(&exemplars))
    }
}

impl Table {
    fn shard(&self, child: ChildId) -> &Mutex<Shard> {
        let number = match child {
            ChildId::Dense(child) => child,
            ChildId::Open(row, child) => row as usize + child,
        };
        &self.shards[number % SHARDS]
    }

    /// What is kept of the child with this mark, unless another thread is at it.
    fn with(&self, child: ChildId, mark: &AtomicU64, keep: impl FnOnce(&mut Kept)) {
        let mut shard = match self.shard(child).try_lock() {
            Ok(shard) => shard,
            // whoever panicked has left nothing half done that could not be shown
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        let owned = shard.entry(child).or_default();
        // only ever set under this lock
        if mark.load(Relaxed) & !TAKEN == 0 {
            // what is there belongs to a child that was removed
            owned.kept.clear();
            owned.owner = self.next_owner();
            mark.fetch_or(u64::from(owned.owner) << u32::BITS, Relaxed);
        }
        keep(&mut owned.kept);
    }

    /// Not 0, and not one that a child in the same place has had, unless four billion were between them.
    fn next_owner(&self) -> u32 {
        loop {
            let owner = self.owners.fetch_add(1, Relaxed).wrapping_add(1);
            if owner != 0 {
                return owner;
            }
        }
    }

    /// Reads what a child keeps, if it is still that of this owner.
    fn read(&self, child: ChildId, owner: u64, read: impl FnOnce(&Kept)) {
        let shard = self.shard(child).lock();
        let shard = shard.unwrap_or_else(PoisonError::into_inner);
        if let Some(owned) = shard.get(&child)
            && u64::from(owned.owner) == owner
        {
            read(&owned.kept);
        }
    }
}

impl Default for Table {
    fn default() -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            owners: AtomicU32::new(0),
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::update::poison;

    #[test]
    fn a_poisoned_lock_is_locked() {
        let table = Table::default();
        table.shards.iter().for_each(poison);
        let (child, mark) = (ChildId::Dense(3), AtomicU64::new(0));
        table.with(child, &mark, |kept| {
            let text = kept.keep(Keeps::OnePerBucket, 0, 1.0, 5);
            assert!(text.is_some());
        });
        let owner = mark.load(Relaxed) >> u32::BITS;
        let mut read = Vec::new();
        table.read(child, owner, |kept| {
            read.extend(kept.iter().map(|one| one.millis));
        });
        assert_eq!(read, [5]);
    }
}
