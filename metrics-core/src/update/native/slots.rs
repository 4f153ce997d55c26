//! From a bucket to the slot that counts it: found without a lock, taken with one.
//! Works on the marks of one child, all zero at first; `merged` reads what the slots have counted.

use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::bucket::Bucket;
use super::plan::{BUCKETS, LEVEL, Plan, USED};
use crate::update::sync::{AtomicU64, Mutex, fence, load_own};

/// Below this many bits a number of the index says which slot, above which bucket.
const SLOT: u32 = 16;

/// All coarsest buckets, a bit each: at most 2 * 134 of them, from the least `f64` to infinity.
const COARSEST: usize = 5;

/// The slots of one child.
///
/// A slot is taken for one bucket and stays with it. When there would be more buckets than there may be, the level
/// rises: two buckets, or one and an empty one, are one from then on. Slots in the same coarser bucket are added up
/// when they are read, and the first of them counts what else falls into it. So a thread that was on its way meanwhile
/// counts where it is right: what it counts lies in the slot's bucket as it was, and in that which it became.
///
/// The index has an entry for each bucket there is at the level: bucket and slot in one number, so that one load says
/// all. It is made anew when the level rises. Who looks meanwhile finds an entry, which is right for ever, or none, and
/// then waits for the lock.
///
/// **No observation is without a slot.** As many slots are free, at any time, as there are coarsest buckets that none
/// of the taken ones lies in. That holds in the beginning, as there is a slot for each; and a slot is taken only if its
/// bucket lies in one of those, so that both are less by one, or if more are free than that. Where it may not be taken,
/// the level rises, until the bucket is one that has a slot; at the last, it is a coarsest bucket: that has one, or may
/// take it.
#[derive(Clone, Copy)]
pub(super) struct Slots<'m> {
    plan: &'m Plan,
    marks: &'m [AtomicU64],
}

impl<'m> Slots<'m> {
    #[inline]
    pub(super) fn new(plan: &'m Plan, marks: &'m [AtomicU64]) -> Self {
        Self { plan, marks }
    }

    /// The slot for a bucket of the first schema, to be counted in.
    #[inline]
    pub(super) fn slot(self, place: u32, negative: bool, writer: &Mutex<()>) -> usize {
        let level = self.level();
        let found = self.find(Bucket::new(place, negative, level));
        if level > 0 {
            announce_level();
        }
        match found {
            Some(slot) => slot,
            None => self.find_or_take_locked(place, negative, writer),
        }
    }

    /// How often two buckets have become one, as it was not before the counts were read.
    pub(super) fn level_of_counts(self) -> u32 {
        // pairs with `announce_level`
        fence(Acquire);
        self.level()
    }

    #[inline]
    fn level(self) -> u32 {
        self.load(LEVEL) as u32
    }

    /// The slot of a bucket, if there is an entry.
    #[inline]
    fn find(self, bucket: Bucket) -> Option<usize> {
        let index = self.index();
        let mut place = self.home(bucket);
        // one at the least is empty; while the index is made anew, the bound is needed
        for _ in 0..index.len() {
            // nothing hangs on it: what the slot is has been decided before, and is read by nobody who counts
            let entry = index.get(place)?.load(Relaxed);
            if entry >> SLOT == u64::from(bucket.bits()) {
                return Some((entry & ((1 << SLOT) - 1)) as usize);
            }
            if entry == 0 {
                return None;
            }
            place = (place + 1) & (index.len() - 1);
        }
        None
    }

    #[cold]
    #[inline(never)]
    fn find_or_take_locked(self, place: u32, negative: bool, writer: &Mutex<()>) -> usize {
        let _writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = self.find_or_take(place, negative);
        announce_level();
        slot
    }

    /// The slot for a bucket of the first schema, taken if there is none. To be called by one thread at a time.
    fn find_or_take(self, place: u32, negative: bool) -> usize {
        loop {
            let level = self.level();
            let bucket = Bucket::new(place, negative, level);
            if let Some(slot) = self.find(bucket) {
                return slot;
            }
            // at the last level it always may; were it not so, the first slot would be wrong, but no worse
            if self.may_take(bucket) {
                return self.take(bucket);
            }
            if level >= self.plan.levels {
                return 0;
            }
            self.rise(level + 1);
        }
    }

    /// Whether a bucket that has no slot may take one.
    fn may_take(self, bucket: Bucket) -> bool {
        let plan = self.plan;
        let entries = self.index().iter().filter(|entry| entry.load(Relaxed) != 0);
        if bucket.level() < plan.levels && entries.count() >= plan.most {
            return false;
        }
        let used = self.used();
        let mut covered = [0_u64; COARSEST];
        for slot in 0..used {
            let (word, bit) = self.coarsest(self.bucket(slot));
            if let Some(word) = covered.get_mut(word) {
                *word |= bit;
            }
        }
        let count: u32 = covered.iter().map(|word| word.count_ones()).sum();
        let (word, bit) = self.coarsest(bucket);
        let is_covered = covered.get(word).is_some_and(|word| word & bit != 0);
        let uncovered = plan.all_coarsest().saturating_sub(count as usize);
        plan.slots > used && (!is_covered || plan.slots - used > uncovered)
    }

    /// Which word and which bit of it stands for the coarsest bucket in which this one lies.
    fn coarsest(self, bucket: Bucket) -> (usize, u64) {
        let coarsest = bucket.at(self.plan.levels);
        let number = self.plan.number(coarsest.place(), coarsest.is_negative());
        let bits = u64::BITS as usize;
        (number / bits, 1 << (number % bits))
    }

    fn take(self, bucket: Bucket) -> usize {
        let slot = self.used();
        self.name(slot, bucket);
        if let Some(used) = self.marks.get(USED) {
            // who sees so many sees which they are
            used.store(slot as u64 + 1, Release);
        }
        self.enter(bucket, slot);
        slot
    }

    fn rise(self, level: u32) {
        if let Some(mark) = self.marks.get(LEVEL) {
            mark.store(u64::from(level), Relaxed);
        }
        for entry in self.index() {
            entry.store(0, Relaxed);
        }
        for slot in 0..self.used() {
            let bucket = self.bucket(slot).at(level);
            if self.find(bucket).is_none() {
                self.enter(bucket, slot);
            }
        }
    }

    /// Puts a bucket that has no entry into the index, where there always is an empty place.
    fn enter(self, bucket: Bucket, slot: usize) {
        let index = self.index();
        let (before, from) = index.split_at(self.home(bucket).min(index.len()));
        let mut places = from.iter().chain(before);
        if let Some(empty) = places.find(|entry| entry.load(Relaxed) == 0) {
            empty.store(u64::from(bucket.bits()) << SLOT | slot as u64, Relaxed);
        }
    }

    /// Where in the index a bucket is, or behind that. Neighbours are side by side, as the buckets of most histograms
    /// are.
    #[inline]
    fn home(self, bucket: Bucket) -> usize {
        // its length is a power of 2
        let len = self.plan.index.len();
        let half = if bucket.is_negative() { len / 2 } else { 0 };
        (bucket.place() as usize + half) & (len - 1)
    }

    #[inline]
    fn index(self) -> &'m [AtomicU64] {
        let index = self.marks.get(self.plan.index.clone());
        index.unwrap_or_default()
    }

    fn used(self) -> usize {
        self.load(USED) as usize
    }

    /// How many slots are taken; which they are is known then.
    pub(super) fn taken(self) -> usize {
        let used = self.marks.get(USED);
        used.map_or(0, |used| used.load(Acquire) as usize)
    }

    /// The bucket that a slot was taken for.
    pub(super) fn bucket(self, slot: usize) -> Bucket {
        bucket_in(self.load(BUCKETS + slot / 2), slot)
    }

    fn name(self, slot: usize, bucket: Bucket) {
        if let Some(mark) = self.marks.get(BUCKETS + slot / 2) {
            let bits = u64::from(bucket.bits()) << (slot % 2 * 32);
            mark.store(load_own(mark) | bits, Relaxed);
        }
    }

    /// Counts in a slot that all threads share.
    #[inline(never)]
    pub(super) fn count_shared(self, slot: usize) {
        let count = slot.checked_sub(self.plan.own);
        if let Some(count) = count.and_then(|place| self.shared().get(place)) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// The counts of slots that all threads share.
    pub(super) fn shared(self) -> &'m [AtomicU64] {
        let shared = self.marks.get(self.plan.index.end..self.plan.marks);
        shared.unwrap_or_default()
    }

    #[inline]
    fn load(self, mark: usize) -> u64 {
        self.marks.get(mark).map_or(0, |mark| mark.load(Relaxed))
    }
}

/// Before something is counted: who reads that later reads a level too that is not before the one that this thread has
/// seen. The slot may have been taken for a finer bucket than it counts now.
#[inline]
fn announce_level() {
    fence(Release);
}

/// The bucket of a slot, from the number that has it and its neighbour's.
pub(super) fn bucket_in(pair: u64, slot: usize) -> Bucket {
    Bucket::from_bits((pair >> (slot % 2 * 32)) as u32)
}
