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

/// Fails if `raise` lowers what is there, or does not take off what the threads have added by themselves.
#[test]
fn what_is_added_while_a_cell_is_raised_is_counted_and_no_reader_sees_it_go_down() {
    check(|| {
        let block = Arc::new(Block::new(1, Storage::Summed));
        let other = Arc::clone(&block);
        let adds = spawn(move || {
            other.cells().add(0, 3_u64);
            other.cells().add(0, 3_u64);
        });
        let before: u64 = block.cells().get(0);
        block.cells().raise(0, 5_u64);
        let after: u64 = block.cells().get(0);
        assert!(before <= after && after >= 5, "{before} {after}");
        join(adds);
        let total: u64 = block.cells().get(0);
        assert!((after..=11).contains(&total) && total >= 6, "{total}");
    });
}

/// As a histogram does it: a bucket and the sum in one look for the table, and a read that goes over all tables. Fails if
/// that leaves out what another table has.
#[test]
fn no_bucket_of_several_tables_goes_down_and_their_sum_is_exact_in_the_end() {
    fn observe(block: &Block, n: u64) {
        // the first observation of a thread goes the long way
        if !observe_own(block.cells().short(), 0, 1, n) {
            block.observe_slowly(0, 1, n);
        }
    }
    fn read(block: &Block) -> [u64; 2] {
        let mut read = [0; 2];
        block.cells().get_u64s(0, &mut read);
        read
    }
    check(|| {
        let block = Arc::new(Block::new(2, Storage::Summed));
        observe(&block, 3);
        let other = Arc::clone(&block);
        let observes = spawn(move || {
            observe(&other, 4);
            observe(&other, 5);
        });
        let (before, after) = (read(&block), read(&block));
        assert!(
            before[0] <= after[0] && before[1] <= after[1],
            "{before:?} {after:?}"
        );
        join(observes);
        assert_eq!(read(&block), [3, 12]);
    });
}
