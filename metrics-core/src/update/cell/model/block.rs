//! What many threads do to one cell, and what is read of several meanwhile.

use loom::sync::Arc;

use crate::update::cell::{Block, Storage, observe_own};
use crate::update::model::{check, join, spawn};

/// Fails if `add_shared` of a float is a load and a store.
#[test]
fn no_float_that_two_threads_add_to_one_cell_is_lost() {
    check(|| {
        let block = Arc::new(Block::new(1, Storage::Shared));
        let other = Arc::clone(&block);
        let adds = spawn(move || {
            other.cells().add(0, 0.25);
            other.cells().add(0, 0.5);
        });
        block.cells().add(0, 2.0);
        let seen = block.cells().get_f64(0);
        assert!([2.0, 2.25, 2.75].contains(&seen), "{seen}");
        join(adds);
        assert_eq!(block.cells().get_f64(0), 2.75);
    });
}

/// Fails if `raise` is a load and a store, and if it does not take off what the threads have added by themselves.
#[test]
fn of_two_that_raise_a_cell_the_higher_one_stays() {
    fn raised(totals: [f64; 2]) {
        let block = Arc::new(Block::new(1, Storage::Summed));
        // by themselves
        block.cells().add(0, 2.0);
        let other = Arc::clone(&block);
        let raises = spawn(move || other.cells().raise(0, totals[0]));
        block.cells().raise(0, totals[1]);
        join(raises);
        assert_eq!(block.cells().get_f64(0), 9.0);
    }
    check(|| raised([9.0, 7.0]));
    check(|| raised([7.0, 9.0]));
}

/// Fails if `raise` stores less than was there.
#[test]
fn what_is_added_while_a_cell_is_raised_is_counted_and_no_reader_sees_it_go_down() {
    check(|| {
        let block = Arc::new(Block::new(1, Storage::Summed));
        let others = [Arc::clone(&block), Arc::clone(&block)];
        let [adding, raising] = others;
        let adds = spawn(move || {
            adding.cells().add(0, 3_u64);
            adding.cells().add(0, 3_u64);
        });
        let raises = spawn(move || raising.cells().raise(0, 5_u64));
        let before: u64 = block.cells().get(0);
        let after: u64 = block.cells().get(0);
        assert!(before <= after, "{before} {after}");
        join(adds);
        join(raises);
        let total: u64 = block.cells().get(0);
        assert!((6..=11).contains(&total), "{total}");
    });
}

/// As a histogram does it: a bucket and the sum, read as the count of all buckets and each of them. Fails if a read
/// begins with the newest table (`Tables::all`), or if an observation counts a bucket that it does not end in.
#[test]
fn no_bucket_of_several_tables_goes_down_and_their_sum_is_exact_in_the_end() {
    check(|| {
        let block = Arc::new(Block::new(2, Storage::Summed));
        let observe = |block: &Block, n: u64| {
            // the first observation of a thread goes the long way
            if !observe_own(block.cells().short(), 0, 1, n) {
                block.observe_slowly(0, 1, n);
            }
        };
        let threads = [3, 4].map(|n| {
            let block = Arc::clone(&block);
            spawn(move || observe(&block, n))
        });
        let read = || {
            let mut read = [0; 2];
            block.cells().get_u64s(0, &mut read);
            read
        };
        let (before, after) = (read(), read());
        assert!(
            before[0] <= after[0] && before[1] <= after[1],
            "{before:?} {after:?}"
        );
        for thread in threads {
            join(thread);
        }
        assert_eq!(read(), [2, 7]);
    });
}
