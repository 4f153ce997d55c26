//! What is used while a tick ends: by `idle` with `leaving`.

use loom::sync::Arc;

use super::Family;
use crate::update::mark::Mark;
use crate::update::model::{IDLE, check, join, spawn};

/// Fails if a row that has idled goes at once (`let_go`) instead of leaving, and if its place is taken for a moment after
/// it has left (`leave`).
#[test]
fn what_is_used_while_it_idles_out_is_shown_once() {
    check(|| {
        let family = Family::new(1, &IDLE);
        assert!(family.add("a", 5));
        // in use in the first tick
        assert_eq!(family.of("a"), Some(5));
        let other = Arc::clone(&family);
        let adds = spawn(move || other.add("a", 1));
        let during = family.of("a");
        assert!(join(adds), "it is found, or made anew");
        let mark = Mark::now();
        let after = family.of("a");
        // in the row that was there, or in one that was made when that had left and had shown what it counted
        let is_shown = after == Some(6) || after == Some(1) && during != Some(6);
        assert!(is_shown, "{during:?} {after:?}");
        family.0.delivered(mark);
    });
}
