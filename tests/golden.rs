//! Golden expositions: for each case the text and the JSON snapshot, as they stand in `tests/golden/`.
//!
//! After a change on purpose write them anew with `UPDATE_GOLDEN=1 tests/run unit --test golden`, and read the
//! difference.

#[path = "golden/cases.rs"]
mod cases;
#[path = "golden/compare.rs"]
mod compare;
#[path = "golden/label_kinds.rs"]
mod label_kinds;
#[path = "golden/sets.rs"]
mod sets;
#[path = "golden/timed.rs"]
mod timed;

use compare::assert_golden;
use metrics_core::Registry;

/// Compares text and JSON of what `registry` exposes.
fn assert_both(name: &str, registry: &Registry) {
    assert_golden(&format!("{name}.txt"), &registry.encode_text());
    let json = serde_json::to_string_pretty(&registry.snapshot()).expect("a snapshot is JSON");
    assert_golden(&format!("{name}.json"), &format!("{json}\n"));
}

#[test]
fn every_kind() {
    assert_both("kinds", &cases::kinds());
}

#[test]
fn untouched_metrics_are_there_at_zero() {
    assert_both("untouched", &cases::untouched());
}

#[test]
fn finite_and_open_labels() {
    assert_both("labels", &cases::labels());
}

#[test]
fn labels_of_every_make() {
    assert_both("label_kinds", &label_kinds::label_kinds());
}

#[test]
fn overflow_of_open_labels_and_refused_updates() {
    assert_both("trouble", &cases::trouble());
}

#[test]
fn namespace_and_constant_labels() {
    assert_both("namespace", &cases::namespace());
}

#[test]
fn sets_in_sets_with_constant_labels() {
    assert_both("nested", &sets::nested());
}

#[test]
fn infos_and_state_sets() {
    assert_both("states", &sets::states());
}

#[test]
fn escaping() {
    assert_both("escaping", &cases::escaping());
}

#[test]
fn special_numbers() {
    assert_both("numbers", &cases::numbers());
}

#[test]
fn timed_functions() {
    assert_golden("timed.txt", &timed::exposition());
}
