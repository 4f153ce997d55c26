//! Each of the four outcomes is counted once, and the in-flight gauge is back at 0 after every one.

use metrics_core::{Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, Registry, timed};
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[derive(Clone, Copy, Label)]
enum Op {
    Sync,
    Async,
    Never,
}

#[derive(LabelSet)]
struct ByOp {
    op: Op,
    outcome: Outcome,
}

/// Calls.
#[derive(MetricSet)]
#[metrics(prefix = "call")]
struct Calls {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<ByOp>,
    /// Time of those with no label.
    #[metric(unit = "seconds")]
    plain_time: Histogram,
    /// In flight.
    in_flight: Gauge,
}

#[derive(Clone, Copy)]
enum End {
    Ok,
    Error,
    Panic,
    Wait,
}

#[timed(Calls::time, labels(op = Op::Sync), in_flight = Calls::in_flight)]
fn sync(end: End) -> Result<(), String> {
    assert_eq!(Calls::global().in_flight.get(), 1);
    match end {
        End::Ok => Ok(()),
        End::Error => Err("error")?,
        End::Panic | End::Wait => panic!("on purpose"),
    }
}

#[timed(Calls::time, labels(op = Op::Async), in_flight = Calls::in_flight)]
async fn asynchronous(end: End) -> Result<(), String> {
    assert_eq!(Calls::global().in_flight.get(), 1);
    match end {
        End::Ok => {}
        End::Error => return Err("error".to_owned()),
        End::Panic => panic!("on purpose"),
        End::Wait => pending().await,
    }
    Ok(())
}

#[timed(Calls::time, labels(op = Op::Never), in_flight = Calls::in_flight)]
fn never() -> ! {
    panic!("on purpose")
}

#[timed(Calls::time, labels(op = Op::Never), in_flight = Calls::in_flight)]
async fn never_async(wait: bool) -> ! {
    assert!(wait);
    pending().await
}

#[timed(Calls::plain_time)]
fn unlabelled() {}

#[timed(in_flight = Calls::in_flight)]
async fn alone(end: End) -> Result<(), ()> {
    match end {
        End::Ok => Ok(()),
        End::Error => Err(()),
        End::Panic => panic!("on purpose"),
        End::Wait => pending().await,
    }
}

/// Polls once, and drops. A panic comes back as `None`.
fn once<F: Future>(future: F) -> Option<Poll<F::Output>> {
    let polled = catch_unwind(AssertUnwindSafe(|| {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }));
    assert_eq!(Calls::global().in_flight.get(), 0);
    polled.ok()
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let in_flight = &Calls::global().in_flight;

    assert!(sync(End::Ok).is_ok());
    assert!(sync(End::Error).is_err());
    assert_eq!(in_flight.get(), 0);
    assert!(catch_unwind(|| sync(End::Panic)).is_err());
    assert!(catch_unwind(|| never()).is_err());
    assert_eq!(in_flight.get(), 0);
    unlabelled();

    assert!(matches!(once(asynchronous(End::Ok)), Some(Poll::Ready(Ok(())))));
    assert!(matches!(once(asynchronous(End::Error)), Some(Poll::Ready(Err(_)))));
    assert!(once(asynchronous(End::Panic)).is_none());
    assert!(matches!(once(asynchronous(End::Wait)), Some(Poll::Pending)));
    assert!(matches!(once(never_async(true)), Some(Poll::Pending)));
    assert!(once(never_async(false)).is_none());
    for end in [End::Ok, End::Error, End::Panic, End::Wait] {
        once(alone(end));
    }

    // waits, is polled again, and is then dropped
    {
        let mut waiting = pin!(asynchronous(End::Wait));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut cx).is_pending());
        assert_eq!(in_flight.get(), 1);
        assert!(waiting.as_mut().poll(&mut cx).is_pending());
    }
    assert_eq!(in_flight.get(), 0);

    // never polled: never called
    drop(asynchronous(End::Ok));
    drop(alone(End::Ok));

    let text = Registry::global().encode_text();
    let module = module_path!();
    let mut wanted = Vec::new();
    for (op, counts) in [("sync", [1, 1, 1, 0]), ("async", [1, 1, 1, 2]), ("never", [0, 0, 2, 1])] {
        for (outcome, count) in ["ok", "error", "panic", "cancelled"].iter().zip(counts) {
            wanted.push(format!(
                "call_time_seconds_count{{op=\"{op}\",outcome=\"{outcome}\"}} {count}"
            ));
        }
    }
    for outcome in ["ok", "error", "panic", "cancelled"] {
        wanted.push(format!(
            "function_calls_total{{function=\"alone\",module=\"{module}\",outcome=\"{outcome}\"}} 1"
        ));
    }
    wanted.push(format!(
        "function_duration_seconds_count{{function=\"alone\",module=\"{module}\"}} 4"
    ));
    wanted.push("call_plain_time_seconds_count 1".to_owned());
    wanted.push("call_in_flight 0".to_owned());
    for line in wanted {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}
