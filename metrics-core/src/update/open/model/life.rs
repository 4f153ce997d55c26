//! A row that is found while it is removed, and used again: by `combinations` with `index`, `rows`, `texts`, `pages` and
//! `cell::looking` together.

use loom::sync::Arc;

use super::Family;
use crate::update::mark::Mark;
use crate::update::model::{COUNTER, check, join, spawn};

/// Fails if `let_go` does not ask who is looking (`Lookers`), and if a look begins after the look-up (`get_or_make`).
fn a_row_is_another_only_when_nobody_has_it_in_hand(old: &'static str, new: &'static str) {
    check(move || {
        let family = Family::new(1, &COUNTER);
        assert!(family.add(old, 1));
        let other = Arc::clone(&family);
        let adds = spawn(move || other.add(old, 2));
        family.remove(old);
        family.0.delivered(Mark::now());
        let made = family.add(new, 10);
        join(adds);
        assert_eq!(family.of(new), made.then_some(10));
    });
}

#[test]
fn what_was_found_of_a_removed_series_is_not_counted_for_the_next_in_its_row() {
    a_row_is_another_only_when_nobody_has_it_in_hand("a", "b");
}

/// The keys do not fit into the row, and one lies where the other lay.
#[test]
fn a_long_text_is_not_taken_for_that_which_comes_in_its_place() {
    const A: &str = "a: longer than the six words of eight bytes each that fit";
    const B: &str = "b: longer than the six words of eight bytes each that fit";
    a_row_is_another_only_when_nobody_has_it_in_hand(A, B);
}

/// Fails if `find_or_make` does not look again under the lock.
#[test]
fn a_series_that_two_threads_make_is_one() {
    check(|| {
        let family = Family::new(2, &COUNTER);
        let other = Arc::clone(&family);
        let adds = spawn(move || other.add("a", 1));
        assert!(family.add("a", 2));
        assert!(join(adds));
        assert_eq!(family.shown(), [("a".to_owned(), 3)]);
    });
}

/// Fails if `find_or_make` does not ask under the lock whether the family is full.
#[test]
fn no_more_are_let_in_than_the_cap() {
    check(|| {
        let family = Family::new(1, &COUNTER);
        let other = Arc::clone(&family);
        let adds = spawn(move || other.add("a", 1));
        let mine = family.add("b", 2);
        let others = join(adds);
        assert!(mine != others, "there is room for one");
        let expected = if mine { ("b", 2) } else { ("a", 1) };
        assert_eq!(family.shown(), [(expected.0.to_owned(), expected.1)]);
    });
}

/// The new one is in a row of its own and on a page of its own. Fails if a walk shows what was added after it began
/// (`Page::labelled`), or if what has left does not go when its labels come back.
#[test]
fn a_walk_shows_one_of_a_series_that_is_removed_and_comes_back() {
    check(|| {
        let family = Family::new(2, &COUNTER);
        assert!(family.add("a", 1) && family.add("stays", 7));
        let other = Arc::clone(&family);
        let changes = spawn(move || other.remove("a") && other.add("a", 2));
        let shown = family.of("a");
        assert!(shown.is_none_or(|n| n <= 2), "{shown:?}");
        assert!(join(changes));
        assert_eq!((family.of("a"), family.of("stays")), (Some(2), Some(7)));
    });
}
