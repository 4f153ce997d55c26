//! The index under loom's model checker: read while it is written.

use loom::sync::Arc;
use loom::thread;

use crate::update::open::index::Index;

/// All with the same home, so that they lie one behind the other.
fn hash(slot: u32) -> u64 {
    (u64::from(slot) + 1) << 48
}

fn index_with(slots: std::ops::Range<u32>) -> Arc<Index> {
    let index = Arc::new(Index::new());
    for slot in slots {
        assert!(index.insert(hash(slot), slot, slot as usize));
    }
    index
}

/// Finds the slot, or sees that it may have missed it.
fn assert_found(index: &Index, slot: u32) {
    let version = index.version();
    let found = index.find(hash(slot), |found| (found == slot).then_some(()));
    assert!(
        found.is_some() || !index.is_still(version),
        "missed without a trace"
    );
}

#[test]
fn what_moves_up_is_not_missed_without_a_trace() {
    loom::model(|| {
        let index = index_with(0..3);
        let written = Arc::clone(&index);
        let writer = thread::spawn(move || written.remove(hash(0), 0));
        assert_found(&index, 2);
        writer.join().expect("it ends");
        assert_found(&index, 1);
    });
}

#[test]
fn growth_loses_nothing_without_a_trace() {
    loom::model(|| {
        let index = index_with(0..2);
        let written = Arc::clone(&index);
        // so many others that there must be a larger level
        let writer = thread::spawn(move || assert!(written.insert(hash(2), 2, 16)));
        assert_found(&index, 1);
        writer.join().expect("it ends");
        assert_found(&index, 2);
    });
}

#[test]
fn a_removed_slot_is_not_found_afterwards() {
    loom::model(|| {
        let index = index_with(0..2);
        let written = Arc::clone(&index);
        let writer = thread::spawn(move || {
            written.remove(hash(0), 0);
            written.insert(hash(0), 5, 1);
        });
        let found = index.find(hash(0), Some);
        assert!(found.is_none_or(|slot| slot == 0 || slot == 5), "{found:?}");
        writer.join().expect("it ends");
        assert_eq!(index.find(hash(0), Some), Some(5));
    });
}
