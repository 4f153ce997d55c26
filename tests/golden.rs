//! Golden expositions: for each case every format, as they stand in `tests/golden/`: text (`.txt`), OpenMetrics (`.om`),
//! the protobuf messages in words (`.pb.txt`), and the JSON snapshot.
//!
//! After a change on purpose write them anew with `UPDATE_GOLDEN=1 tests/run unit --test golden`, and read the
//! difference.

#[path = "golden/carried.rs"]
mod carried;
#[path = "golden/cases.rs"]
mod cases;
#[path = "golden/compare.rs"]
mod compare;
#[path = "golden/derived.rs"]
mod derived;
#[path = "golden/label_kinds.rs"]
mod label_kinds;
#[path = "formats/made.rs"]
mod made;
#[path = "formats/made_set.rs"]
mod made_set;
#[path = "formats/messages.rs"]
mod messages;
#[path = "golden/sets.rs"]
mod sets;
#[path = "golden/timed.rs"]
mod timed;
#[path = "golden/words.rs"]
mod words;

use compare::assert_golden;
use metrics_core::{OpenMetricsEncoder, Registry};

/// Compares every format of what `registry` exposes.
fn assert_all(name: &str, registry: &Registry) {
    assert_golden(&format!("{name}.txt"), &registry.encode_text());
    assert_golden(&format!("{name}.om"), &registry.encode_open_metrics());
    let messages = words::text(&registry.encode_protobuf());
    assert_golden(&format!("{name}.pb.txt"), &messages);
    let json = serde_json::to_string_pretty(&registry.snapshot()).expect("a snapshot is JSON");
    assert_golden(&format!("{name}.json"), &format!("{json}\n"));
}

#[test]
fn every_kind() {
    assert_all("kinds", &cases::kinds());
}

#[test]
fn untouched_metrics_are_there_at_zero() {
    assert_all("untouched", &cases::untouched());
}

#[test]
fn finite_and_open_labels() {
    assert_all("labels", &cases::labels());
}

#[test]
fn values_computed_of_others() {
    assert_all("derived", &derived::derived());
}

#[test]
fn labels_of_every_make() {
    assert_all("label_kinds", &label_kinds::label_kinds());
}

#[test]
fn overflow_of_open_labels_and_refused_updates() {
    assert_all("trouble", &cases::trouble());
}

#[test]
fn namespace_and_constant_labels() {
    assert_all("namespace", &cases::namespace());
}

#[test]
fn sets_in_sets_with_constant_labels() {
    assert_all("nested", &sets::nested());
}

#[test]
fn infos_and_state_sets() {
    assert_all("states", &sets::states());
}

#[test]
fn escaping() {
    assert_all("escaping", &cases::escaping());
}

#[test]
fn special_numbers() {
    assert_all("numbers", &cases::numbers());
}

#[test]
fn exemplars_on_counters_and_buckets() {
    assert_all("exemplars", &carried::exemplars());
}

#[test]
fn native_buckets() {
    assert_all("natives", &carried::natives());
}

#[test]
fn what_open_metrics_has_rules_for() {
    assert_all("rules", &carried::open_metrics_rules());
}

#[test]
fn times_of_creation_in_open_metrics() {
    let mut encoder = OpenMetricsEncoder::new(Vec::new()).created_samples(true);
    assert!(
        carried::open_metrics_rules()
            .gather(&mut encoder)
            .is_continue()
    );
    let bytes = encoder.finish().expect("a `Vec` takes everything");
    let text = String::from_utf8(bytes).expect("text");
    assert_golden("rules_created.om", &text);
}

#[test]
fn timed_functions() {
    assert_golden("timed.txt", &timed::exposition());
}
