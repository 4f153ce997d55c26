//! What an attribute on a function must not change, or lose.

#![cfg(feature = "testing")]

use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use metrics_core::testing::{Scope, assert_changes};
use metrics_core::{
    Counter, Gauge, Histogram, LabelSet, MetricSet, OpenLabel, Outcome, counted, timed,
};

thread_local! {
    static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

struct Noted(&'static str);

impl Noted {
    fn touch(&self) {}
}

impl Drop for Noted {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push(self.0));
    }
}

fn dropped(call: impl FnOnce()) -> Vec<&'static str> {
    call();
    DROPPED.take()
}

fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
    }
}

fn plain(a: Noted, (b, c): (Noted, Noted)) {
    let _local = Noted("local");
    c.touch();
    a.touch();
    b.touch();
}

#[timed]
fn in_order(a: Noted, (b, c): (Noted, Noted)) {
    let _local = Noted("local");
    c.touch();
    a.touch();
    b.touch();
}

#[timed]
async fn in_order_async(a: Noted, (b, c): (Noted, Noted)) {
    let _local = Noted("local");
    c.touch();
    a.touch();
    b.touch();
}

#[test]
fn arguments_are_dropped_in_their_order() {
    let arguments = || (Noted("a"), (Noted("b"), Noted("c")));
    let (a, rest) = arguments();
    let as_without = dropped(|| plain(a, rest));
    let (a, rest) = arguments();
    assert_eq!(dropped(|| in_order(a, rest)), as_without);
    let (a, rest) = arguments();
    assert_eq!(dropped(|| run(in_order_async(a, rest))), as_without);
}

/// A closure whose arguments are known by the trait alone.
#[timed]
fn measure() -> impl Fn(&str) -> usize {
    |text| text.len()
}

#[timed(name = "same")]
fn same() -> impl for<'a> Fn(&'a str) -> &'a str {
    if false {
        resume_unwind(Box::new("never"));
    }
    |text| text
}

#[test]
fn a_closure_is_told_its_type_by_the_signature() {
    Scope::new().run(|| {
        let scope = Scope::current().expect("in a scope");
        assert_changes(
            scope.registry(),
            || assert_eq!(measure()(same()("four")), 4),
            "
            function_calls_total{function=\"measure\",module=\"timed_bodies\",outcome=\"ok\"} +1
            function_calls_total{function=\"same\",module=\"timed_bodies\",outcome=\"ok\"} +1
            function_duration_seconds_count{function=\"measure\",module=\"timed_bodies\"} +1
            function_duration_seconds_count{function=\"same\",module=\"timed_bodies\"} +1
            ",
        );
    });
}

#[derive(Clone, Copy, LabelSet)]
struct Inner {
    outcome: Outcome,
}

#[derive(Clone, Copy, LabelSet)]
struct Nested {
    left: bool,
    #[label(flatten)]
    inner: Inner,
}

#[derive(LabelSet)]
struct ByText<'a> {
    #[label(open, max = 10)]
    text: &'a str,
    #[label(open, max = 10)]
    r#type: Option<String>,
}

#[derive(LabelSet)]
struct ByTrap {
    #[label(open, max = 10)]
    trap: Trap,
}

/// A label that panics when it is looked at.
struct Trap;

impl OpenLabel for Trap {
    fn with_text<R>(&self, _: impl FnOnce(&str) -> R) -> R {
        resume_unwind(Box::new("a label on purpose"))
    }
}

/// What is reviewed.
#[derive(MetricSet)]
#[metrics(prefix = "review", register = false)]
struct Review {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram,
    /// Calls by text.
    by_text: Counter<ByText<'static>>,
    /// Calls by what panics.
    by_trap: Counter<ByTrap>,
    /// Calls, nested.
    nested: Counter<Nested>,
    /// In flight.
    in_flight: Gauge,
}

struct Service {
    metrics: Arc<Review>,
}

type Answer = Pin<Box<dyn Future<Output = Result<u8, String>> + Send>>;

trait Call {
    type Future;
    fn call(&mut self, fail: bool) -> Self::Future;
}

impl Call for Service {
    type Future = Answer;

    /// As tower has it: the future outlives the borrow of the service, and may be returned early.
    #[timed(self.metrics.time, in_flight = self.metrics.in_flight)]
    fn call(&mut self, fail: bool) -> Answer {
        if fail {
            return Box::pin(async { Err("refused".to_owned()) });
        }
        Box::pin(async { Ok(1) })
    }
}

struct Counts {
    metrics: Arc<Review>,
}

impl Call for Counts {
    type Future = Answer;

    #[counted(self.metrics.nested, labels(left = fail, inner = Inner { outcome: Outcome::Ok }))]
    fn call(&mut self, fail: bool) -> Self::Future {
        if fail {
            return Box::pin(async { Err("refused".to_owned()) });
        }
        Box::pin(async { Ok(1) })
    }
}

#[counted(metrics.by_text, labels(text = &format!("{n}!"), type = Some("a".to_owned())))]
fn borrows_from_a_temporary(metrics: &Review, n: u32) -> u32 {
    n
}

#[counted(metrics.by_trap, labels(trap = Trap))]
fn panics(metrics: &Review) {
    let _ = metrics;
    resume_unwind(Box::new("on purpose"));
}

#[test]
fn what_is_returned_may_outlive_what_the_metric_is_in() {
    let registry = metrics_core::Registry::new();
    let metrics = Review::register(&registry).expect("an empty registry");
    let mut service = Service {
        metrics: Arc::clone(&metrics),
    };
    let mut counts = Counts {
        metrics: Arc::clone(&metrics),
    };
    let futures = [
        service.call(true),
        service.call(false),
        counts.call(true),
        counts.call(false),
    ];
    drop((service, counts));
    let answers = futures.map(run);
    assert!(answers[0].is_err() && answers[1].is_ok());
    assert_eq!(metrics.in_flight.get(), 0);
    assert_eq!(borrows_from_a_temporary(&metrics, 7), 7);
    // one panic while another is under way would end the process
    assert!(catch_unwind(AssertUnwindSafe(|| panics(&metrics))).is_err());

    let text = registry.encode_text();
    for line in [
        "review_time_seconds_count 2",
        "review_nested_total{left=\"true\",outcome=\"error\"} 1",
        "review_nested_total{left=\"false\",outcome=\"ok\"} 1",
        "review_by_text_total{text=\"7!\",type=\"a\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(!text.contains("\nreview_by_trap_total"));
}

#[test]
fn an_owned_guard_outlives_its_set() {
    let metrics = Review::detached();
    let gauge = metrics.in_flight.clone();
    let guard = metrics.in_flight.inc_owned_guard();
    drop(metrics);
    assert_eq!(gauge.get(), 1);
    drop(guard);
    assert_eq!(gauge.get(), 0);
}
