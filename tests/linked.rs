//! A set, and a timed function, of a library that is only linked: exposed all the same, at zero.

use linked_only as _;
use metrics_core::Registry;
use metrics_core::testing::{Scope, assert_families, value};

/// What the library brings, to the registry of the process and to that of a scope.
fn each_registry(check: impl Fn(&Registry)) {
    check(Registry::global());
    check(Scope::new().registry());
}

#[test]
fn a_set_is_exposed_by_being_linked() {
    let names = [
        "linked_only_jobs_total",
        "linked_only_jobs_in_state",
        "linked_only_job_duration_seconds",
    ];
    each_registry(|registry| {
        assert_families(
            registry,
            &names,
            r#"
                # HELP linked_only_job_duration_seconds Time to do a job.
                # TYPE linked_only_job_duration_seconds histogram
                linked_only_job_duration_seconds_bucket{le="0.1"} 0
                linked_only_job_duration_seconds_bucket{le="1"} 0
                linked_only_job_duration_seconds_bucket{le="+Inf"} 0
                linked_only_job_duration_seconds_sum 0
                linked_only_job_duration_seconds_count 0
                # HELP linked_only_jobs_in_state Jobs by state.
                # TYPE linked_only_jobs_in_state gauge
                linked_only_jobs_in_state{state="waiting"} 0
                linked_only_jobs_in_state{state="running"} 0
                # HELP linked_only_jobs_total Jobs accepted.
                # TYPE linked_only_jobs_total counter
                linked_only_jobs_total 0
            "#,
        );
    });
}

#[test]
fn a_timed_function_is_exposed_by_being_linked() {
    each_registry(|registry| {
        assert_families(
            registry,
            &["function_calls_total"],
            r#"
                # HELP function_calls_total Calls of functions that have ended.
                # TYPE function_calls_total counter
                function_calls_total{function="never_called",module="linked_only",outcome="ok"} 0
                function_calls_total{function="never_called",module="linked_only",outcome="error"} 0
                function_calls_total{function="never_called",module="linked_only",outcome="panic"} 0
                function_calls_total{function="never_called",module="linked_only",outcome="cancelled"} 0
            "#,
        );
        let labels = [("function", "never_called"), ("module", "linked_only")];
        let count = value(registry, "function_duration_seconds_count", &labels);
        assert_eq!(count, Some(0.0));
    });
}

#[test]
fn every_family_is_exposed_once() {
    let families = Registry::global().snapshot().families;
    let mut names: Vec<_> = families.iter().map(|family| &family.name).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
}

#[test]
fn what_is_linked_without_a_clash_passes_the_check() {
    each_registry(|registry| assert_eq!(registry.check(), Ok(())));
}
