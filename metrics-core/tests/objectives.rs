//! What is promised of functions, as a registry declares it, for functions of every shape.

use std::time::Duration;

use metrics_core::{
    Counter, Gauge, Histogram, Latency, Measured, MetricSet, Objective, Outcome, Registry, Success,
    counted, timed,
};

#[derive(Clone, Copy, metrics_core::LabelSet)]
struct ByOutcome {
    outcome: Outcome,
}

/// A chat.
#[derive(MetricSet)]
#[metrics(prefix = "chat")]
struct Chat {
    /// Time to answer.
    #[metric(unit = "seconds", buckets = linear(0.1, 0.1, 10))]
    answer: Histogram<ByOutcome>,
    /// Time to the next hop.
    #[metric(unit = "milliseconds", buckets = [1, 250], allow(base_unit))]
    hop: Histogram,
    /// Time to look up.
    #[metric(native, unit = "seconds")]
    r#match: Histogram,
    /// Time in the queue, whose unit is in its name alone.
    wait_seconds: Histogram,
    /// Questions.
    #[metric(name = "questions_asked_total")]
    questions: Counter,
    /// Questions without an answer.
    failed: Counter,
    /// Questions by how they ended.
    ended: Counter<ByOutcome>,
    /// Questions under way.
    #[allow(dead_code, reason = "a field that no function names")]
    open: Gauge,
}

const ABOVE: u32 = line!();
#[timed(slo(p99 < "1s", p99.9 < "10s", success > 99.9))]
fn alone() {}

const BOUNDS: &[f64] = &[0.3, 0.6];

#[timed(slo(p95 < "300ms"), buckets = BOUNDS, poll_time, slow = "1s")]
async fn with_buckets_of_its_own() {}

#[timed(slo(success > 99), counter = Chat::questions)]
fn alone_with_a_counter() {}

#[timed(Chat::answer, slo(p99 < "300ms", success > 99.5), in_flight = Chat::open, name = "answers")]
fn bound() -> Result<(), String> {
    Ok(())
}

#[timed(Chat::hop, counter = Chat::questions, errors = Chat::failed, slo(p99 < "250ms", success > 99.90))]
fn in_milliseconds() {}

#[timed(Chat::r#match, counter = Chat::ended, slo(p99.99 < "123ms", success > 95))]
fn native<T: Default>() -> T {
    T::default()
}

#[timed(Chat::wait_seconds, slo(p99 < "2500ms"))]
fn waiting() {}

#[counted(slo(success > 99.99))]
fn counted_alone() {}

#[counted(Chat::ended, slo(success > 93.06))]
fn counted_in_a_set() {}

struct Repo;

#[timed]
impl Repo {
    #[timed(slo(p99 < "5ms"))]
    fn find(&self) {}

    fn without(&self) {}
}

trait Store {
    fn put(&self);
}

impl Store for Repo {
    #[timed(Chat::answer, slo(p99 < "1s"))]
    fn put(&self) {}
}

fn objective(function: &str) -> &'static Objective {
    let all = Registry::global().declarations().objectives;
    let mut named = all.into_iter().filter(|one| one.function == function);
    let found = named.next().expect(function);
    assert!(named.next().is_none(), "{function} stands there twice");
    found
}

fn latency(percent: f64, budget: f64, millis: u64) -> Latency {
    Latency {
        percent,
        budget,
        threshold: Duration::from_millis(millis),
    }
}

fn success(percent: f64, budget: f64) -> Option<Success> {
    Some(Success { percent, budget })
}

/// The names of the families by which it is measured.
fn families(objective: &Objective) -> [Option<&'static str>; 3] {
    let Measured::Families {
        time,
        calls,
        errors,
    } = objective.measured
    else {
        panic!("{objective:?}");
    };
    [time, calls, errors].map(|family| family.map(|family| family.name()))
}

#[test]
fn a_function_alone_is_measured_by_what_all_functions_share() {
    let alone = objective("alone");
    let expected = [latency(99.0, 0.01, 1000), latency(99.9, 0.001, 10_000)];
    assert_eq!(alone.latency, expected);
    assert_eq!(alone.success, success(99.9, 0.001));
    assert_eq!(alone.module, module_path!());
    assert!(alone.source.file.ends_with("objectives.rs"));
    assert_eq!(alone.source.line, ABOVE + 2);
    for function in [
        "alone",
        "with_buckets_of_its_own",
        "alone_with_a_counter",
        "counted_alone",
        "Repo::find",
    ] {
        let objective = objective(function);
        assert!(
            matches!(objective.measured, Measured::Function),
            "{function}"
        );
    }
    let own = objective("with_buckets_of_its_own");
    assert_eq!(own.latency, [latency(95.0, 0.05, 300)]);
    assert_eq!(own.success, None);
    assert_eq!(objective("counted_alone").success, success(99.99, 0.0001));
}

#[test]
fn a_function_with_metrics_of_a_set_is_measured_by_them() {
    let bound = objective("answers");
    let answer = Some("chat_answer_seconds");
    assert_eq!(families(bound), [answer, None, None]);
    assert_eq!(bound.latency, [latency(99.0, 0.01, 300)]);
    assert_eq!(families(objective("put")), [answer, None, None]);

    let hop = objective("in_milliseconds");
    let expected = [
        "chat_hop_milliseconds",
        "questions_asked_total",
        "chat_failed_total",
    ];
    assert_eq!(families(hop), expected.map(Some));
    assert_eq!(hop.success, success(99.9, 0.001));

    let native = objective("native");
    let expected = [Some("chat_match_seconds"), Some("chat_ended_total"), None];
    assert_eq!(families(native), expected);
    assert_eq!(native.latency, [latency(99.99, 0.0001, 123)]);

    let waiting = objective("waiting");
    assert_eq!(families(waiting), [Some("chat_wait_seconds"), None, None]);

    let counted = objective("counted_in_a_set");
    assert_eq!(families(counted), [None, Some("chat_ended_total"), None]);
    assert_eq!(counted.success, success(93.06, 0.0694));
}

#[test]
fn families_are_found_among_those_that_are_exposed() {
    let all = Registry::global().declarations();
    for function in ["answers", "in_milliseconds", "native", "counted_in_a_set"] {
        for name in families(objective(function)).into_iter().flatten() {
            let exposed = all.families.iter().find(|family| family.name() == name);
            let measured = match objective(function).measured {
                Measured::Families {
                    time,
                    calls,
                    errors,
                } => [time, calls, errors],
                Measured::Function => [None; 3],
            };
            let measured = measured
                .into_iter()
                .flatten()
                .find(|one| one.name() == name);
            assert_eq!(
                exposed.map(|family| family.descriptor().source()),
                measured.map(|family| family.source()),
                "{name}"
            );
        }
    }
}

#[test]
fn methods_without_a_promise_have_none_and_promises_change_no_call() {
    let all = Registry::global().declarations().objectives;
    assert!(!all.iter().any(|one| one.function == "Repo::without"));
    assert_eq!(all.len(), 11);
    let in_order = all.is_sorted_by_key(|one| (one.module, one.function));
    assert!(in_order, "{all:?}");

    alone();
    alone_with_a_counter();
    bound().expect("it returns");
    in_milliseconds();
    assert_eq!(native::<u8>(), 0);
    waiting();
    counted_alone();
    counted_in_a_set();
    Repo.find();
    Repo.without();
    Repo.put();
    drop(with_buckets_of_its_own());
    let text = Registry::global().encode_text();
    for line in [
        "chat_answer_seconds_count{outcome=\"ok\"} 2\n",
        "chat_hop_milliseconds_count 1\n",
        "questions_asked_total 2\n",
        "chat_ended_total{outcome=\"ok\"} 2\n",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}
