//! What timed functions record, to the nanosecond: by the clock of a test, which stands still but for what it is told.

#![cfg(feature = "testing")]

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use metrics_core::testing::{Scope, assert_changes};
use metrics_core::{
    Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, counted, timed,
};

#[derive(Clone, Copy, Label)]
enum Kind {
    Refused,
    Late,
}

#[derive(Clone, Copy, LabelSet)]
struct ByEnd {
    outcome: Outcome,
    error: Option<Kind>,
}

#[derive(Clone, Copy, LabelSet)]
struct BySide {
    left: bool,
}

/// Calls.
#[derive(MetricSet)]
#[metrics(prefix = "call")]
struct Calls {
    /// Time.
    #[metric(unit = "seconds", buckets = [1.0])]
    time: Histogram<ByEnd>,
    /// Time of polls.
    #[metric(unit = "seconds", buckets = [1.0])]
    busy: Histogram,
    /// Calls.
    calls: Counter<ByEnd>,
    /// Calls that failed.
    failed: Counter,
    /// Calls of each side that are under way.
    in_flight: Gauge<BySide>,
}

fn advance(millis: u64) {
    let scope = Scope::current().expect("in a scope");
    scope.clock().advance(Duration::from_millis(millis));
}

/// Is pending once.
async fn pause() {
    let mut paused = false;
    poll_fn(|_| {
        if std::mem::replace(&mut paused, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

fn poll(future: impl Future) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    pin!(future).poll(&mut cx).is_ready()
}

fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
        // while it waits
        advance(100);
    }
}

#[timed(Calls::time, counter = Calls::calls, error_label = |kind: &Kind| *kind, poll_time = Calls::busy)]
async fn send(fail: Option<Kind>) -> Result<(), Kind> {
    advance(1);
    pause().await;
    advance(2);
    fail.map_or(Ok(()), Err)
}

#[test]
fn wall_and_busy_time_and_the_error_of_a_future() {
    Scope::new().run(|| {
        let scope = Scope::current().expect("in a scope");
        assert_changes(
            scope.registry(),
            || {
                assert!(run(send(None)).is_ok());
                assert!(run(send(Some(Kind::Late))).is_err());
                assert!(!poll(send(Some(Kind::Refused))));
                drop(send(None));
            },
            "
            call_time_seconds_count{outcome=\"ok\"} +1
            call_time_seconds_sum{outcome=\"ok\"} +0.103
            call_time_seconds_count{outcome=\"error\",error=\"late\"} +1
            call_time_seconds_sum{outcome=\"error\",error=\"late\"} +0.103
            call_time_seconds_count{outcome=\"cancelled\"} +1
            call_time_seconds_sum{outcome=\"cancelled\"} +0.001
            call_busy_seconds_count +3
            call_busy_seconds_sum +0.007
            call_calls_total{outcome=\"ok\"} +1
            call_calls_total{outcome=\"error\",error=\"late\"} +1
            call_calls_total{outcome=\"cancelled\"} +1
            ",
        );
    });
}

#[timed(in_flight = Calls::in_flight, labels(left), name = "held", errors = Calls::failed)]
fn hold(left: bool, panics: bool) {
    assert_eq!(Calls::global().in_flight.with(BySide { left }).get(), 1);
    assert_eq!(
        Calls::global().in_flight.with(BySide { left: !left }).get(),
        0
    );
    advance(5);
    if panics {
        resume_unwind(Box::new("on purpose"));
    }
}

#[test]
fn a_gauge_with_labels_comes_down_after_a_panic_too() {
    Scope::new().run(|| {
        let scope = Scope::current().expect("in a scope");
        assert_changes(
            scope.registry(),
            || {
                hold(true, false);
                assert!(catch_unwind(|| hold(false, true)).is_err());
            },
            "
            call_failed_total +1
            function_calls_total{function=\"held\",module=\"timed\",outcome=\"ok\"} +1
            function_calls_total{function=\"held\",module=\"timed\",outcome=\"panic\"} +1
            function_duration_seconds_count{function=\"held\",module=\"timed\"} +2
            function_duration_seconds_sum{function=\"held\",module=\"timed\"} +0.01
            ",
        );
        assert_eq!(
            Calls::global().in_flight.with(BySide { left: true }).get(),
            0
        );
    });
}

#[timed(slow = "250ms", name = "crawl")]
fn crawl(millis: u64) {
    advance(millis);
}

#[counted(name = "tally", error_if = |n: &u64| *n > 1)]
fn tally(n: u64) -> u64 {
    advance(1000);
    n
}

#[test]
fn slow_calls_are_counted_from_the_threshold_on_and_counted_ones_have_no_duration() {
    Scope::new().run(|| {
        let scope = Scope::current().expect("in a scope");
        assert_changes(
            scope.registry(),
            || {
                [249, 250, 1000].into_iter().for_each(crawl);
                let _ = [1, 2, 3].map(tally);
            },
            "
            function_calls_total{function=\"crawl\",module=\"timed\",outcome=\"ok\"} +3
            function_calls_total{function=\"tally\",module=\"timed\",outcome=\"ok\"} +1
            function_calls_total{function=\"tally\",module=\"timed\",outcome=\"error\"} +2
            function_duration_seconds_count{function=\"crawl\",module=\"timed\"} +3
            function_duration_seconds_sum{function=\"crawl\",module=\"timed\"} +1.499
            function_slow_calls_total{function=\"crawl\",module=\"timed\"} +2
            ",
        );
        let text = scope.registry().encode_text();
        assert!(!text.contains("seconds_count{function=\"tally\""));
        assert!(!text.contains("slow_calls_total{function=\"held\""));
    });
}

#[timed(name = "judged_value", ok_if = |_| resume_unwind(Box::new("on purpose")))]
async fn judged_value() -> u8 {
    1
}

#[test]
fn a_predicate_that_panics_is_a_panic_of_the_call() {
    Scope::new().run(|| {
        let scope = Scope::current().expect("in a scope");
        assert_changes(
            scope.registry(),
            || {
                let call = AssertUnwindSafe(|| run(judged_value()));
                assert!(catch_unwind(call).is_err());
            },
            "
            function_calls_total{function=\"judged_value\",module=\"timed\",outcome=\"panic\"} +1
            function_duration_seconds_count{function=\"judged_value\",module=\"timed\"} +1
            ",
        );
    });
}

#[test]
fn a_timer_by_hand_records_how_it_was_left() {
    Scope::new().run(|| {
        let scope = Scope::current().expect("in a scope");
        let start = || {
            let (outcome, error) = (Outcome::Cancelled, None);
            Calls::global()
                .time
                .start_timer_with(ByEnd { outcome, error })
        };
        assert_changes(
            scope.registry(),
            || {
                let timer = start();
                advance(3);
                assert_eq!(timer.stop_ok(), Duration::from_millis(3));
                start().stop_error();
                start().stop(true);
                drop(start());
                let call = AssertUnwindSafe(|| {
                    let _timer = start();
                    resume_unwind(Box::new("on purpose"));
                });
                assert!(catch_unwind(call).is_err());
                let timer = Calls::global().busy.start_timer();
                advance(1);
                timer.stop(false);
            },
            "
            call_time_seconds_count{outcome=\"ok\"} +2
            call_time_seconds_sum{outcome=\"ok\"} +0.003
            call_time_seconds_count{outcome=\"error\"} +1
            call_time_seconds_count{outcome=\"cancelled\"} +1
            call_time_seconds_count{outcome=\"panic\"} +1
            call_busy_seconds_count +1
            call_busy_seconds_sum +0.001
            ",
        );
    });
}

/// What is kept across an `.await` does not keep a future from being sent.
#[test]
fn timers_guards_and_timed_futures_are_send() {
    fn send(_: impl Send) {}
    async fn held() {
        let (outcome, error) = (Outcome::Cancelled, None);
        let timer = Calls::global()
            .time
            .start_timer_with(ByEnd { outcome, error });
        let guard = Calls::global()
            .in_flight
            .inc_guard_with(BySide { left: true });
        pause().await;
        drop(guard);
        timer.stop_ok();
    }
    send(held());
    send(of_send());
    send(judged_value());
}

fn of_send() -> impl Future + Send {
    send(None)
}
