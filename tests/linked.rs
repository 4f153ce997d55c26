//! A set, and a timed function, of a library that is only linked: exposed all the same, at zero.

use linked_only as _;
use metrics_core::{Registry, ValueSnapshot};

fn exposition() -> String {
    Registry::global().encode_text()
}

#[test]
fn a_set_is_exposed_by_being_linked() {
    let text = exposition();
    let lines = [
        "# HELP linked_only_jobs_total Jobs accepted.",
        "# TYPE linked_only_jobs_total counter",
        "linked_only_jobs_total 0",
        "linked_only_jobs_in_state{state=\"waiting\"} 0",
        "linked_only_jobs_in_state{state=\"running\"} 0",
        "linked_only_job_duration_seconds_bucket{le=\"0.1\"} 0",
        "linked_only_job_duration_seconds_bucket{le=\"+Inf\"} 0",
        "linked_only_job_duration_seconds_sum 0",
        "linked_only_job_duration_seconds_count 0",
    ];
    for line in lines {
        assert!(
            text.lines().any(|l| l == line),
            "no line `{line}` in:\n{text}"
        );
    }
}

#[test]
fn a_timed_function_is_exposed_by_being_linked() {
    let text = exposition();
    for outcome in ["ok", "error", "panic", "cancelled"] {
        let line = format!(
            "function_calls_total{{function=\"never_called\",module=\"linked_only\",outcome=\"{outcome}\"}} 0"
        );
        assert!(
            text.lines().any(|l| l == line),
            "no line `{line}` in:\n{text}"
        );
    }
    let line =
        "function_duration_seconds_count{function=\"never_called\",module=\"linked_only\"} 0";
    assert!(
        text.lines().any(|l| l == line),
        "no line `{line}` in:\n{text}"
    );
}

#[test]
fn every_family_is_exposed_once() {
    let families = Registry::global().snapshot().families;
    let mut names: Vec<_> = families.iter().map(|family| &family.name).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
    let jobs = families
        .iter()
        .find(|family| family.name == "linked_only_jobs_total");
    let values = jobs.map(|family| {
        family
            .series
            .iter()
            .map(|series| &series.value)
            .collect::<Vec<_>>()
    });
    assert_eq!(values, Some(vec![&ValueSnapshot::Number(0_u64.into())]));
}

#[test]
fn what_is_linked_without_a_clash_passes_the_check() {
    assert_eq!(Registry::global().check(), Ok(()));
}
