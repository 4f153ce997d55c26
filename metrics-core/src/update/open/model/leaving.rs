//! What was counted before a series left is delivered: by `leaving` with `update::mark`.

use loom::sync::Arc;

use super::Family;
use crate::update::mark::Mark;
use crate::update::model::{COUNTER, check, join, spawn};

/// A scrape that is delivered as a whole: what it showed of `a`.
fn scrape(family: &Family) -> Option<u64> {
    let mark = Mark::now();
    let shown = family.of("a");
    family.0.delivered(mark);
    shown
}

/// Fails without the fence of `Left::now`, and if `is_before` is always true. The fence of `Mark::now` is not missed here:
/// the look that a walk begins with has one in a model.
#[test]
fn what_was_counted_before_a_series_left_is_in_the_last_scrape_that_shows_it() {
    check(|| {
        let family = Family::new(1, &COUNTER);
        assert!(family.add("a", 1));
        let other = Arc::clone(&family);
        let leaves = spawn(move || other.add("a", 2) && other.remove("a"));
        let during = scrape(&family);
        assert!(join(leaves));
        let after = scrape(&family);
        assert_eq!(after.or(during), Some(3), "{during:?} {after:?}");
        assert_eq!(scrape(&family), None, "it is shown until it is delivered");
    });
}
