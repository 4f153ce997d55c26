//! Timed functions: all four outcomes, alone and bound to a set, in a scope where every job takes a quarter of a second
//! unless nobody waits for its end.

use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use metrics_core::testing::Scope;
use metrics_core::{Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, timed};

#[derive(Clone, Copy, Label)]
enum Queue {
    Mail,
    Bill,
}

#[derive(Clone, Copy, LabelSet)]
struct ByQueue {
    queue: Queue,
    outcome: Outcome,
}

/// Jobs.
#[derive(MetricSet)]
#[metrics(prefix = "jobs")]
struct Jobs {
    /// Time to do a job.
    #[metric(unit = "seconds", buckets = [1.0])]
    time: Histogram<ByQueue>,
    /// Jobs being done.
    running: Gauge,
}

/// What a job comes to.
#[derive(Clone, Copy)]
enum End {
    Ok,
    Error,
    Panic,
    Never,
}

fn come_to(end: End) -> Result<(), ()> {
    let scope = Scope::current().expect("all of it is in one");
    scope.clock().advance(Duration::from_millis(250));
    match end {
        End::Ok => Ok(()),
        End::Error => Err(()),
        // without the message that a panic prints
        End::Panic | End::Never => std::panic::resume_unwind(Box::new("a panic on purpose")),
    }
}

#[timed(Jobs::time, labels(queue), in_flight = Jobs::running)]
fn bound(queue: Queue, end: End) -> Result<(), ()> {
    come_to(end)
}

#[timed(Jobs::time, labels(queue = queue), in_flight = Jobs::running)]
async fn bound_async(queue: Queue, end: End) -> Result<(), ()> {
    if matches!(end, End::Never) {
        pending::<()>().await;
    }
    come_to(end)
}

#[timed]
fn alone(end: End) -> Result<(), ()> {
    come_to(end)
}

#[timed]
async fn alone_async(end: End) -> Result<(), ()> {
    if matches!(end, End::Never) {
        pending::<()>().await;
    }
    come_to(end)
}

#[timed]
fn never_called() {}

/// Polls once; what is pending after that is dropped.
fn poll_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Runs what may panic.
fn survive<T>(body: impl FnOnce() -> T) {
    let _ = catch_unwind(AssertUnwindSafe(body));
}

fn call_all() {
    for end in [End::Ok, End::Ok, End::Error, End::Panic] {
        survive(|| bound(Queue::Mail, end));
        survive(|| alone(end));
    }
    for end in [
        End::Ok,
        End::Error,
        End::Error,
        End::Panic,
        End::Never,
        End::Never,
        End::Never,
    ] {
        survive(|| poll_once(bound_async(Queue::Bill, end)));
        survive(|| poll_once(alone_async(end)));
    }
    // a future that nobody polls has not begun: no call
    drop(bound_async(Queue::Bill, End::Ok));
    drop(alone_async(End::Ok));
    // named, so that the compiler does not call it unused
    let _: fn() = never_called;
}

pub(crate) fn exposition() -> String {
    let scope = Scope::new();
    scope.run(call_all);
    scope.registry().encode_text()
}
