//! Whole `impl` blocks, and what the keys of the attributes do.

#![deny(warnings)]

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, counted, timed};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

#[derive(Clone, Copy, Label)]
enum Side {
    Left,
    Right,
}

#[derive(Clone, Copy, LabelSet)]
struct BySide {
    side: Side,
    outcome: Outcome,
}

#[derive(Clone, Copy, LabelSet)]
struct BySideAlone {
    side: Side,
}

/// Calls.
#[derive(MetricSet)]
#[metrics(prefix = "options")]
struct Calls {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<BySide>,
    /// Time of polls.
    #[metric(unit = "seconds")]
    busy: Histogram<BySide>,
    /// Calls.
    calls: Counter<BySide>,
    /// Calls of every side.
    all: Counter,
    /// In flight by side.
    in_flight: Gauge<BySideAlone>,
    /// In flight.
    all_in_flight: Gauge,
}

struct Repo<T> {
    items: Vec<T>,
    metrics: Arc<Calls>,
}

#[timed]
impl<T: Clone> Repo<T> {
    const LIMIT: usize = 10;

    /// Documented.
    pub fn find(&self, at: usize) -> Option<&T> {
        self.items.get(at)
    }

    pub async fn add(&mut self, item: T) -> Result<usize, ()> {
        if self.items.len() == Self::LIMIT {
            return Err(());
        }
        self.items.push(item);
        Ok(self.items.len())
    }

    #[timed(skip)]
    const fn limit() -> usize {
        Self::LIMIT
    }

    #[timed(self.metrics.time, labels(side), counter = self.metrics.all)]
    fn measured(&self, side: Side) -> Result<(), ()> {
        if matches!(side, Side::Left) { Ok(()) } else { Err(()) }
    }

    #[counted]
    fn counted(&self) {}
}

#[timed(labels(side), in_flight = Calls::in_flight, histogram = Calls::time)]
impl Repo<Side> {
    fn go(side: Side) -> i64 {
        Calls::global().in_flight.with(BySideAlone { side }).get()
    }
}

#[timed]
impl<T> Iterator for Repo<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.items.pop()
    }
}

#[timed(name = "renamed", buckets = [0.5, 1.0], slow = "1ns")]
fn with_options() {
    std::thread::sleep(std::time::Duration::from_micros(1));
}

#[timed(slow = "1m")]
fn never_slow() {}

#[timed(poll_time)]
async fn polled() {}

#[timed(Calls::time, labels(side), poll_time = Calls::busy, counter = Calls::all, in_flight = Calls::all_in_flight)]
async fn everything(side: Side) {
    pause().await;
    assert_eq!(Calls::global().all_in_flight.get(), 1, "{}", side as u8);
}

#[timed(ok_if = Option::is_some)]
fn found(at: usize) -> Option<u8> {
    [1].get(at).copied()
}

#[timed(error_if = |status| *status >= 500)]
async fn status(status: u16) -> u16 {
    status
}

#[timed(result)]
fn aliased(ok: bool) -> std::io::Result<()> {
    if ok { Ok(()) } else { Err(std::io::Error::other("on purpose")) }
}

#[counted(Calls::calls, labels(side = Side::Right))]
fn right() {}

static LENT: std::sync::LazyLock<Arc<Calls>> = std::sync::LazyLock::new(|| Arc::new(Calls::detached()));

fn metrics() -> &'static Calls {
    &LENT
}

#[timed(LENT.time, labels(side = Side::Left))]
fn from_a_static() {}

#[timed(metrics().time, labels(side = Side::Left))]
fn from_a_function() {}

#[timed(calls.time, labels(side = Side::Left))]
fn from_an_argument(calls: &Calls) -> &Calls {
    calls
}

#[timed(time, labels(side = Side::Left))]
fn from_an_owned_argument(time: Histogram<BySide>) -> Histogram<BySide> {
    time
}

async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
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

fn main() {
    let mut repo = Repo { items: vec![1], metrics: Arc::new(Calls::detached()) };
    assert_eq!(repo.find(0), Some(&1));
    assert_eq!(run(repo.add(2)), Ok(2));
    assert!(repo.measured(Side::Left).is_ok() && repo.measured(Side::Right).is_err());
    repo.counted();
    assert_eq!(repo.next(), Some(2));
    assert_eq!(Repo::<u8>::limit(), 10);
    assert_eq!(repo.metrics.all.get(), 2);
    assert_eq!(Repo::<Side>::go(Side::Left), 1);
    with_options();
    never_slow();
    run(polled());
    run(everything(Side::Right));
    assert!(found(0).is_some() && found(1).is_none());
    assert_eq!(run(status(200)) + run(status(503)), 703);
    assert!(aliased(true).is_ok() && aliased(false).is_err());
    right();
    from_a_static();
    from_a_function();
    from_an_argument(&LENT);
    from_an_owned_argument(LENT.time.clone());

    let text = metrics_core::Registry::global().encode_text();
    let module = module_path!();
    for line in [
        "function_calls_total{function=\"Repo::find\",module=\"$0\",outcome=\"ok\"} 1",
        "function_calls_total{function=\"Repo::add\",module=\"$0\",outcome=\"ok\"} 1",
        "function_calls_total{function=\"Repo::counted\",module=\"$0\",outcome=\"ok\"} 1",
        "function_calls_total{function=\"Repo::next\",module=\"$0\",outcome=\"ok\"} 1",
        "options_time_seconds_count{side=\"left\",outcome=\"ok\"} 1",
        "options_time_seconds_count{side=\"right\",outcome=\"ok\"} 1",
        "options_busy_seconds_count{side=\"right\",outcome=\"ok\"} 1",
        "options_all_total 1",
        "options_in_flight{side=\"left\"} 0",
        "options_all_in_flight 0",
        "options_calls_total{side=\"right\",outcome=\"ok\"} 1",
        "function_slow_calls_total{function=\"renamed\",module=\"$0\"} 1",
        "function_slow_calls_total{function=\"never_slow\",module=\"$0\"} 0",
        "function_duration_seconds_bucket{function=\"renamed\",module=\"$0\",le=\"0.5\"} 1",
        "function_busy_seconds_count{function=\"polled\",module=\"$0\"} 1",
        "function_calls_total{function=\"found\",module=\"$0\",outcome=\"error\"} 1",
        "function_calls_total{function=\"status\",module=\"$0\",outcome=\"error\"} 1",
        "function_calls_total{function=\"aliased\",module=\"$0\",outcome=\"error\"} 1",
    ] {
        let line = line.replace("$0", module);
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(!text.contains("duration_seconds_count{function=\"Repo::counted\""));
    assert!(!text.contains("duration_seconds_bucket{function=\"renamed\",module=\"$0\",le=\"0.005\""));
}
