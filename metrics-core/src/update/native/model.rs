//! The slots under loom's model checker: found while they are taken, and while buckets become coarser.

use loom::sync::atomic::Ordering::Relaxed;
use loom::sync::{Arc, Mutex};
use loom::thread;

use super::bucket::Bucket;
use super::plan::Plan;
use super::slots::Slots;
use crate::update::sync::AtomicU64;

/// A child, and the cells of its slots, of which each thread has its own.
struct Child<const THREADS: usize> {
    plan: Plan,
    marks: Vec<AtomicU64>,
    cells: [Vec<AtomicU64>; THREADS],
    writer: Mutex<()>,
}

/// What is read: for each place, at a level, how much was counted there.
type Read = (u32, Vec<(u32, u64)>);

impl<const THREADS: usize> Child<THREADS> {
    /// At most `most` buckets, and places from 0 to 3, two of which become one once.
    fn new(most: usize) -> Self {
        let plan = Plan::with(most, 1, 0..2, false);
        let numbers = |count| (0..count).map(|_| AtomicU64::new(0)).collect::<Vec<_>>();
        Self {
            marks: numbers(plan.marks),
            cells: std::array::from_fn(|_| numbers(plan.slots)),
            plan,
            writer: Mutex::new(()),
        }
    }

    fn slots(&self) -> Slots<'_> {
        Slots::new(&self.plan, &self.marks)
    }

    /// As `Native::observe` does it.
    fn observe(&self, thread: usize, place: u32) {
        let slot = self.slots().slot(place, false, &self.writer);
        let cell = &self.cells[thread][slot];
        // a load and a store would do, but not for loom; see `sync::load_own`
        cell.fetch_add(1, Relaxed);
    }

    /// As `Native::read` does it.
    fn read(&self) -> Read {
        let slots = self.slots();
        let taken = slots.taken();
        let count = |slot: usize| {
            self.cells
                .iter()
                .map(|cells| cells[slot].load(Relaxed))
                .sum()
        };
        let counts: Vec<u64> = (0..taken).map(count).collect();
        let buckets: Vec<Bucket> = (0..taken).map(|slot| slots.bucket(slot)).collect();
        let level = slots.level_of_counts();
        let buckets = buckets.into_iter().map(|bucket| bucket.at(level).place());
        let mut merged: Vec<(u32, u64)> = Vec::new();
        for (place, count) in buckets.zip(counts) {
            match merged.iter_mut().find(|(other, _)| *other == place) {
                Some((_, sum)) => *sum += count,
                None => merged.push((place, count)),
            }
        }
        merged.retain(|(_, count)| *count > 0);
        merged.sort_unstable();
        (level, merged)
    }
}

fn total(read: &Read) -> u64 {
    read.1.iter().map(|(_, count)| count).sum()
}

/// No bucket holds more than was observed in it.
fn assert_within(read: &Read, observed: &[u32]) {
    for (place, count) in &read.1 {
        let there = observed.iter().filter(|at| **at >> read.0 == *place);
        assert!(*count <= there.count() as u64, "{read:?}");
    }
}

#[test]
fn a_bucket_that_two_threads_need_has_one_slot() {
    loom::model(|| {
        let child = Arc::new(Child::<2>::new(2));
        let other = Arc::clone(&child);
        let thread = thread::spawn(move || other.observe(1, 3));
        child.observe(0, 3);
        thread.join().expect("it ends");
        assert_eq!(child.read(), (0, vec![(3, 2)]));
        assert_eq!(child.slots().taken(), 1);
    });
}

#[test]
fn observations_on_their_way_while_the_level_rises_are_counted_where_they_belong() {
    loom::model(|| {
        let child = Arc::new(Child::<2>::new(1));
        child.observe(0, 0);
        let other = Arc::clone(&child);
        // there may be one bucket: the other makes it two
        let thread = thread::spawn(move || other.observe(1, 1));
        child.observe(0, 0);
        thread.join().expect("it ends");
        assert_eq!(child.read(), (1, vec![(0, 3)]));
    });
}

#[test]
fn a_reader_sees_nothing_in_a_bucket_where_it_was_not_observed() {
    loom::model(|| {
        let child = Arc::new(Child::<2>::new(1));
        child.observe(0, 2);
        let other = Arc::clone(&child);
        let thread = thread::spawn(move || {
            // makes all coarser, then counts in the slot that was taken for the bucket 2
            other.observe(1, 3);
            other.observe(1, 3);
        });
        let before = child.read();
        let after = child.read();
        for read in [&before, &after] {
            assert_within(read, &[2, 3, 3]);
        }
        assert!(total(&before) <= total(&after) && before.0 <= after.0);
        thread.join().expect("it ends");
        assert_eq!(child.read(), (1, vec![(1, 3)]));
    });
}
