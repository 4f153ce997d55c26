//! The life of the threads' tables, and of what is looked at.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use loom::sync::Arc;
use loom::thread;

use crate::update::cell::looking::{Lane, Lookers, Looking};
use crate::update::cell::own::{end, write};
use crate::update::cell::table::{RANGE, TABLES, Tables};
use crate::update::model::{check, join, spawn};
use crate::update::sync::AtomicU64;

fn tables() -> &'static Tables {
    Box::leak(Box::new(Tables::new()))
}

/// What a thread does from its first update to its end.
fn live(tables: &Tables, index: usize) {
    let table = tables.claim().expect("there is memory");
    write(&table.cells[index], |n| n + 1);
    write(&table.cells[index], |n| n + 1);
    tables.give_back(table);
}

fn sum(tables: &Tables, index: usize) -> u64 {
    tables.all().map(|cells| cells[index].load(Relaxed)).sum()
}

#[test]
fn totals_are_exact_and_never_go_down() {
    loom::model(|| {
        let tables = tables();
        let index = tables.reserve(1, RANGE);
        let threads = [0, 1].map(|_| thread::spawn(move || live(tables, index)));
        let before = sum(tables, index);
        let after = sum(tables, index);
        assert!(before <= after, "{before} {after}");
        for thread in threads {
            thread.join().expect("it ends");
        }
        assert_eq!(sum(tables, index), 4);
    });
}

#[test]
fn a_thread_goes_on_with_the_table_of_one_that_has_ended() {
    loom::model(|| {
        let tables = tables();
        let index = tables.reserve(1, RANGE);
        live(tables, index);
        let next = thread::spawn(move || live(tables, index));
        let seen = sum(tables, index);
        assert!((2..=4).contains(&seen), "{seen}");
        next.join().expect("it ends");
        assert_eq!((sum(tables, index), tables.all().count()), (4, 1));
    });
}

#[test]
fn a_block_that_is_given_again_begins_at_zero() {
    loom::model(|| {
        let tables = tables();
        let index = tables.reserve(1, RANGE);
        // one thread has a table with the block in it, another may claim one while it changes hands
        live(tables, index);
        let other = thread::spawn(move || {
            let table = tables.claim().expect("there is memory");
            tables.give_back(table);
        });
        tables.release(index, 1);
        let again = tables.reserve(1, RANGE);
        assert_eq!(again, index);
        assert_eq!(sum(tables, again), 0);
        other.join().expect("it ends");
        live(tables, again);
        assert_eq!(sum(tables, again), 2);
    });
}

#[test]
fn blocks_of_two_owners_are_two() {
    loom::model(|| {
        let tables = tables();
        let other = thread::spawn(move || tables.reserve(1, RANGE));
        let mine = tables.reserve(1, RANGE);
        let others = other.join().expect("it ends");
        assert!(mine != others && mine < RANGE && others < RANGE);
    });
}

/// Something that can be found, and what is found then.
struct Shelf {
    findable: AtomicU64,
    number: AtomicU64,
}

/// Looks for the number, which nobody may change while it is in hand.
fn look(shelf: &Shelf, cell: &'static AtomicU64) {
    let _looking = Looking::in_cell(cell);
    if shelf.findable.load(SeqCst) == 1 {
        assert_eq!(shelf.number.load(Relaxed), 7);
        assert_eq!(
            shelf.number.load(Relaxed),
            7,
            "it is not reused while it is in hand"
        );
    }
}

fn remove_and_reuse(shelf: &Shelf, tables: &'static Tables) {
    shelf.findable.store(0, SeqCst);
    let mut lookers = Lookers::of(tables, Lane::FIRST);
    for _ in 0..2 {
        if lookers.are_gone() {
            shelf.number.store(9, Relaxed);
            return;
        }
    }
}

#[test]
fn what_is_in_hand_is_not_reused() {
    loom::model(|| {
        let tables = tables();
        let table = tables.claim().expect("there is memory");
        let shelf = Arc::new(Shelf {
            findable: AtomicU64::new(1),
            number: AtomicU64::new(7),
        });
        let removed = Arc::clone(&shelf);
        let remover = thread::spawn(move || remove_and_reuse(&removed, tables));
        look(&shelf, &table.cells[0]);
        look(&shelf, &table.cells[0]);
        remover.join().expect("it ends");
    });
}

#[test]
fn a_thread_that_has_just_come_is_seen_to_look() {
    loom::model(|| {
        let tables = tables();
        let shelf = Arc::new(Shelf {
            findable: AtomicU64::new(1),
            number: AtomicU64::new(7),
        });
        let removed = Arc::clone(&shelf);
        let remover = thread::spawn(move || remove_and_reuse(&removed, tables));
        let table = tables.claim().expect("there is memory");
        look(&shelf, &table.cells[0]);
        remover.join().expect("it ends");
    });
}

#[test]
fn looks_within_a_look_are_one() {
    loom::model(|| {
        let tables = tables();
        let table = tables.claim().expect("there is memory");
        let cell = &table.cells[0];
        let shelf = Arc::new(Shelf {
            findable: AtomicU64::new(1),
            number: AtomicU64::new(7),
        });
        let removed = Arc::clone(&shelf);
        let remover = thread::spawn(move || remove_and_reuse(&removed, tables));
        let outer = Looking::in_cell(cell);
        let found = shelf.findable.load(SeqCst) == 1;
        look(&shelf, cell);
        if found {
            assert_eq!(shelf.number.load(Relaxed), 7);
        }
        drop(outer);
        remover.join().expect("it ends");
    });
}

/// Finds the number in a look that began before.
fn look_at(shelf: &Shelf, looking: Looking) {
    if shelf.findable.load(SeqCst) == 1 {
        assert_eq!(shelf.number.load(Relaxed), 7);
        assert_eq!(
            shelf.number.load(Relaxed),
            7,
            "it is not reused while it is in hand"
        );
    }
    drop(looking);
}

/// Fails if `outlive` is always false.
#[test]
fn a_look_that_outlives_its_thread_is_seen_and_gives_the_table_back_once() {
    check(|| {
        let shelf = Arc::new(Shelf {
            findable: AtomicU64::new(1),
            number: AtomicU64::new(7),
        });
        let looked = Arc::clone(&shelf);
        let looks = spawn(move || {
            let looking = Looking::begin(Lane::FIRST);
            end();
            look_at(&looked, looking);
        });
        // the next thread may come before or after the look is over
        let next = Looking::begin(Lane::FIRST);
        drop(next);
        remove_and_reuse(&shelf, &TABLES);
        join(looks);
        end();
        let claimed = [TABLES.claim(), TABLES.claim()].map(|table| table.expect("there is memory"));
        assert!(!std::ptr::eq(claimed[0], claimed[1]), "it is free once");
    });
}

/// Fails if `Lookers` does not ask for those without a table.
#[test]
fn who_looks_without_a_table_is_seen() {
    check(|| {
        let shelf = Arc::new(Shelf {
            findable: AtomicU64::new(1),
            number: AtomicU64::new(7),
        });
        let looked = Arc::clone(&shelf);
        let looks = spawn(move || look_at(&looked, Looking::without_table()));
        remove_and_reuse(&shelf, &TABLES);
        join(looks);
    });
}
