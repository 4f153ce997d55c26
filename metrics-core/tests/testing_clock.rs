//! The clock of a test's scope, by its public face: it stands still, and durations are exact.
#![cfg(feature = "testing")]

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use metrics_core::testing::{Changes, Scope, assert_changes, value};
use metrics_core::{Gauge, Histogram, LabelSet, MetricSet, Outcome, timed};

#[derive(Clone, Copy, LabelSet)]
struct ByOutcome {
    outcome: Outcome,
}

/// A mill.
#[derive(MetricSet)]
#[metrics(prefix = "mill")]
struct Mill {
    /// Time to grind a sack.
    #[metric(unit = "seconds", buckets = [0.1, 1.0])]
    grinding: Histogram<ByOutcome>,
    /// Sacks in the mill.
    in_flight: Gauge,
}

#[timed]
fn lasting(body: impl FnOnce()) {
    body();
}

#[timed(Mill::grinding, in_flight = Mill::in_flight)]
async fn grind(stone: impl Future<Output = bool>) -> Result<(), ()> {
    if stone.await { Ok(()) } else { Err(()) }
}

/// Until the clocks of the system have gone on.
fn pass_time() {
    let start = Instant::now();
    while start.elapsed() < Duration::from_micros(10) {}
}

/// Pending so many times.
fn pause(times: u32) -> impl Future<Output = ()> {
    let mut left = times;
    poll_fn(move |_| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        Poll::Pending
    })
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn time_stands_still_until_it_is_advanced() {
    let scope = Scope::new();
    let clock = scope.clock();
    let module = module_path!();
    assert_changes(
        scope.registry(),
        || {
            scope.run(|| {
                lasting(pass_time);
                lasting(|| clock.advance(Duration::from_millis(250)));
                // whoever advances it, and wherever
                lasting(|| {
                    let advance = move || clock.advance(Duration::from_nanos(1));
                    std::thread::spawn(advance).join().expect("no panic");
                });
            });
        },
        &format!(
            r#"
                function_calls_total{{function="lasting",module="{module}",outcome="ok"}} +3
                function_duration_seconds_count{{function="lasting",module="{module}"}} +3
                function_duration_seconds_sum{{function="lasting",module="{module}"}} +0.250000001
            "#
        ),
    );
    assert_eq!(clock.elapsed(), Duration::new(0, 250_000_001));
}

#[test]
fn a_timed_future_lasts_as_long_as_the_clock_says() {
    let scope = Scope::new();
    let clock = scope.clock();
    let changes = Changes::watch(scope.registry());
    let mut ground = pin!(scope.run_async(grind(async {
        pause(2).await;
        false
    })));
    for _ in 0..2 {
        assert!(poll(ground.as_mut()).is_pending());
        clock.advance(Duration::from_millis(500));
    }
    changes.assert("mill_in_flight +1");
    assert_eq!(poll(ground), Poll::Ready(Err(())));
    changes.assert(
        r#"
            mill_grinding_seconds_bucket{outcome="error",le="1"} +1
            mill_grinding_seconds_bucket{outcome="error",le="+Inf"} +1
            mill_grinding_seconds_count{outcome="error"} +1
            mill_grinding_seconds_sum{outcome="error"} +1
        "#,
    );
}

#[test]
fn a_call_ends_by_the_clock_that_it_began_with() {
    let (first, second) = (Scope::new(), Scope::new());
    let mut ground = Box::pin(grind(async {
        pause(1).await;
        true
    }));
    assert!(first.run(|| poll(ground.as_mut())).is_pending());
    first.clock().advance(Duration::from_secs(2));
    second.clock().advance(Duration::from_secs(30));
    assert!(second.run(|| poll(ground.as_mut())).is_ready());
    let sum = value(
        first.registry(),
        "mill_grinding_seconds_sum",
        &[("outcome", "ok")],
    );
    assert_eq!(sum, Some(2.0));
}

#[test]
fn a_scope_may_be_on_the_real_clock() {
    let scope = Scope::with_real_clock();
    scope.run(|| lasting(pass_time));
    let labels = [("function", "lasting"), ("module", module_path!())];
    let sum = value(scope.registry(), "function_duration_seconds_sum", &labels);
    assert!(sum.is_some_and(|sum| sum > 0.0), "{sum:?}");
    assert_eq!(scope.clock().elapsed(), Duration::ZERO);
}

#[test]
#[should_panic(expected = "the scope is on the real clock, which cannot be advanced")]
fn the_real_clock_cannot_be_advanced() {
    Scope::with_real_clock()
        .clock()
        .advance(Duration::from_secs(1));
}
