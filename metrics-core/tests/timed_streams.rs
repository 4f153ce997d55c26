//! Streams whose call ends with the first item, with each item or with the stream, to the nanosecond.

#![cfg(all(feature = "testing", feature = "stream"))]

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;
use metrics_core::testing::{Scope, assert_changes};
use metrics_core::{Counter, Gauge, Histogram, LabelSet, MetricSet, Outcome, timed};

#[derive(Clone, Copy, LabelSet)]
struct ByOutcome {
    outcome: Outcome,
}

#[derive(LabelSet)]
struct ByUser {
    #[label(open, max = 10)]
    user: String,
    outcome: Outcome,
}

/// Streams.
#[derive(MetricSet)]
#[metrics(prefix = "stream")]
struct Streams {
    /// Time.
    #[metric(unit = "seconds", buckets = [1.0])]
    time: Histogram<ByOutcome>,
    /// Time of items by user.
    #[metric(unit = "seconds", buckets = [1.0])]
    item_time: Histogram<ByUser>,
    /// Items by user.
    items: Counter<ByUser>,
    /// Under way.
    in_flight: Gauge,
}

/// What the stream does at each poll, which takes a millisecond.
#[derive(Clone, Copy)]
enum Step {
    Item(Result<u8, ()>),
    Pending,
    Panic,
}

use Step::{Item, Panic, Pending};

struct Steps(VecDeque<Step>);

fn steps<const N: usize>(steps: [Step; N]) -> Steps {
    Steps(steps.into())
}

impl Stream for Steps {
    type Item = Result<u8, ()>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        advance(1);
        match self.0.pop_front() {
            Some(Item(item)) => Poll::Ready(Some(item)),
            Some(Pending) => Poll::Pending,
            Some(Panic) => resume_unwind(Box::new("on purpose")),
            None => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.0.len()))
    }
}

fn advance(millis: u64) {
    let scope = Scope::current().expect("in a scope");
    scope.clock().advance(Duration::from_millis(millis));
}

/// Polls so often, with ten milliseconds before each poll, and drops the stream.
fn poll<S: Stream>(stream: S, polls: usize) {
    let mut stream = pin!(stream);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        advance(10);
        let _ = stream.as_mut().poll_next(&mut cx);
    }
}

#[timed(Streams::time, stream = first_item, in_flight = Streams::in_flight)]
fn first(steps: Steps) -> impl Stream<Item = Result<u8, ()>> {
    steps
}

#[timed(Streams::time, stream = lifetime, in_flight = Streams::in_flight)]
fn whole(steps: Steps) -> Pin<Box<dyn Stream<Item = Result<u8, ()>>>> {
    Box::pin(steps)
}

#[timed(
    Streams::item_time,
    counter = Streams::items,
    labels(user = user.to_owned()),
    stream = each_item,
    in_flight = Streams::in_flight
)]
fn each<'u>(user: &'u str, steps: Steps) -> impl Stream<Item = Result<u8, ()>> + use<'u> {
    let _ = user;
    steps
}

fn changes(call: impl FnOnce(), expected: &str) {
    Scope::new().run(|| {
        let scope = Scope::current().expect("in a scope");
        assert_changes(scope.registry(), call, expected);
        assert_eq!(Streams::global().in_flight.get(), 0);
    });
}

#[test]
fn the_first_item_ends_the_call() {
    changes(
        || {
            let stream = first(steps([Pending, Item(Ok(1)), Item(Err(()))]));
            assert_eq!(stream.size_hint(), (0, Some(3)));
            assert_eq!(Streams::global().in_flight.get(), 1);
            poll(stream, 5);
            poll(first(steps([Item(Err(()))])), 1);
            poll(first(steps([])), 1);
            poll(first(steps([Pending])), 1);
            drop(first(steps([])));
            let panics = AssertUnwindSafe(|| poll(first(steps([Panic])), 1));
            assert!(catch_unwind(panics).is_err());
        },
        "
        stream_time_seconds_count{outcome=\"ok\"} +2
        stream_time_seconds_sum{outcome=\"ok\"} +0.033
        stream_time_seconds_count{outcome=\"error\"} +1
        stream_time_seconds_sum{outcome=\"error\"} +0.011
        stream_time_seconds_count{outcome=\"cancelled\"} +2
        stream_time_seconds_sum{outcome=\"cancelled\"} +0.011
        stream_time_seconds_count{outcome=\"panic\"} +1
        stream_time_seconds_sum{outcome=\"panic\"} +0.011
        ",
    );
}

#[test]
fn the_end_of_the_stream_ends_the_call_and_one_error_is_enough() {
    changes(
        || {
            poll(whole(steps([Item(Ok(1)), Pending, Item(Ok(2))])), 5);
            poll(whole(steps([Item(Err(())), Item(Ok(2))])), 3);
            // read to the error, and no further
            poll(whole(steps([Item(Ok(1)), Item(Err(()))])), 2);
            poll(whole(steps([Item(Err(())), Pending])), 2);
            poll(whole(steps([Item(Ok(1)), Item(Ok(2))])), 1);
            let panics = AssertUnwindSafe(|| poll(whole(steps([Item(Err(())), Panic])), 2));
            assert!(catch_unwind(panics).is_err());
        },
        "
        stream_time_seconds_count{outcome=\"ok\"} +1
        stream_time_seconds_sum{outcome=\"ok\"} +0.044
        stream_time_seconds_count{outcome=\"error\"} +3
        stream_time_seconds_sum{outcome=\"error\"} +0.077
        stream_time_seconds_count{outcome=\"cancelled\"} +1
        stream_time_seconds_sum{outcome=\"cancelled\"} +0.011
        stream_time_seconds_count{outcome=\"panic\"} +1
        stream_time_seconds_sum{outcome=\"panic\"} +0.022
        ",
    );
}

#[test]
fn each_item_is_a_call_of_its_own() {
    changes(
        || {
            poll(each("ada", steps([Item(Ok(1)), Pending, Item(Err(()))])), 4);
            // between two items nothing is under way
            poll(each("bob", steps([Item(Ok(1)), Item(Ok(2))])), 1);
            poll(each("bob", steps([Pending])), 1);
            let panics = AssertUnwindSafe(|| poll(each("bob", steps([Panic])), 1));
            assert!(catch_unwind(panics).is_err());
        },
        "
        stream_item_time_seconds_count{user=\"ada\",outcome=\"ok\"} +1
        stream_item_time_seconds_sum{user=\"ada\",outcome=\"ok\"} +0.001
        stream_item_time_seconds_count{user=\"ada\",outcome=\"error\"} +1
        stream_item_time_seconds_sum{user=\"ada\",outcome=\"error\"} +0.012
        stream_item_time_seconds_count{user=\"bob\",outcome=\"ok\"} +1
        stream_item_time_seconds_sum{user=\"bob\",outcome=\"ok\"} +0.001
        stream_item_time_seconds_count{user=\"bob\",outcome=\"cancelled\"} +1
        stream_item_time_seconds_sum{user=\"bob\",outcome=\"cancelled\"} +0.001
        stream_item_time_seconds_count{user=\"bob\",outcome=\"panic\"} +1
        stream_item_time_seconds_sum{user=\"bob\",outcome=\"panic\"} +0.001
        stream_items_total{user=\"ada\",outcome=\"ok\"} +1
        stream_items_total{user=\"ada\",outcome=\"error\"} +1
        stream_items_total{user=\"bob\",outcome=\"ok\"} +1
        stream_items_total{user=\"bob\",outcome=\"cancelled\"} +1
        stream_items_total{user=\"bob\",outcome=\"panic\"} +1
        ",
    );
}
