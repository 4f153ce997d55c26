//! What `#[timed]` expands to: a guard that records how a call ended and how long it took.
//! The macro emits calls of these; what does not depend on the function is here, not in the expansion.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::clock::Stamp;
use super::histogram::Histogram;
use crate::declare::{HistogramWithoutLabels, LabelSet, Outcome};

/// Where a timed call is recorded.
pub trait Record {
    /// Records one call that took so many nanoseconds, at most `i64::MAX`.
    fn record(self, outcome: Outcome, nanos: u64);
}

/// A histogram of a set, and the labels that the call gave for it; `T` is the label set as the call borrows it.
///
/// `T` is a parameter of its own, and not `L::Borrowed<'q>`: where the compiler asks whether a future that
/// holds this is `Send`, it forgets that `L` is `'static`, and would not find `L: LabelSet`.
#[derive(Debug)]
pub struct Bound<'h, L, B, T> {
    histogram: &'h Histogram<L>,
    labels: B,
    borrowed: PhantomData<fn() -> T>,
}

impl<'h, L, B, T> Bound<'h, L, B, T> {
    /// Records in `histogram`, under `labels` and the outcome.
    pub fn new<'q>(histogram: &'h Histogram<L>, labels: B) -> Self
    where
        L: LabelSet<Borrowed<'q> = T>,
    {
        Self {
            histogram,
            labels,
            borrowed: PhantomData,
        }
    }
}

impl<'q, L, B, T> Record for Bound<'_, L, B, T>
where
    L: LabelSet<Borrowed<'q> = T>,
    B: TimedLabels<T>,
{
    #[inline]
    fn record(self, outcome: Outcome, nanos: u64) {
        let labels = self.labels.finish(outcome);
        self.histogram.with(labels).observe_nanos(nanos);
    }
}

/// The labels of `histogram`, none filled yet.
pub fn labels_of<L: LabelSet>(_: &Histogram<L>) -> L::Builder {
    L::Builder::default()
}

/// A builder with a value for every label but the outcome.
pub trait TimedLabels<T> {
    /// The label set, with `outcome` where the labels have one.
    fn finish(self, outcome: Outcome) -> T;
}

impl TimedLabels<()> for HistogramWithoutLabels {
    fn finish(self, _: Outcome) {}
}

/// A label that `labels(…)` has given a value.
#[derive(Debug)]
pub struct Given<T>(pub T);

/// A label that has no value.
#[derive(Debug, Default)]
pub struct Unset;

/// A place for a label's value when a call ends: given before, or the outcome itself. `N` bears the label's
/// name.
#[diagnostic::on_unimplemented(
    message = "`#[timed]` gives the label `{N}` no value",
    label = "add `labels({N} = …)`",
    note = "every label needs a value, but for one of the type `Outcome`"
)]
pub trait Slot<T, N> {
    /// The value.
    fn fill(self, outcome: Outcome) -> T;
}

impl<T, N> Slot<T, N> for Given<T> {
    fn fill(self, _: Outcome) -> T {
        self.0
    }
}

impl<N> Slot<Outcome, N> for Unset {
    fn fill(self, outcome: Outcome) -> Outcome {
        outcome
    }
}

/// A running call. Dropped without [`Timing::finish`], it records a panic or a cancellation.
#[derive(Debug)]
pub struct Timing<R: Record, G> {
    recorder: Option<R>,
    started: Stamp,
    /// What it means if this is dropped now.
    if_dropped: Outcome,
    /// Holds the in-flight gauge up, or is `()`.
    _in_flight: G,
}

impl<R: Record, G> Timing<R, G> {
    /// Starts the clock for a plain function, which is left without a result only by a panic.
    #[inline]
    pub fn start(recorder: R, in_flight: G) -> Self {
        Self {
            recorder: Some(recorder),
            started: Stamp::now(),
            if_dropped: Outcome::Panic,
            _in_flight: in_flight,
        }
    }

    /// The body of an async function, watched: dropped between polls it is cancelled, within one it
    /// panicked.
    pub fn watch<F: Future>(&mut self, future: F) -> Watch<'_, F> {
        self.if_dropped = Outcome::Cancelled;
        Watch {
            future,
            if_dropped: &mut self.if_dropped,
        }
    }

    /// Stops the clock and records the call.
    #[inline]
    pub fn finish(mut self, outcome: Outcome) {
        self.record(outcome);
    }

    #[inline]
    fn record(&mut self, outcome: Outcome) {
        if let Some(recorder) = self.recorder.take() {
            recorder.record(outcome, self.started.elapsed_nanos());
        }
    }
}

impl<R: Record, G> Drop for Timing<R, G> {
    fn drop(&mut self) {
        self.record(self.if_dropped);
    }
}

pin_project! {
    /// A future that says, while it is polled, that being dropped would mean a panic.
    pub struct Watch<'t, F> {
        #[pin]
        future: F,
        if_dropped: &'t mut Outcome,
    }
}

impl<F: Future> Future for Watch<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        **this.if_dropped = Outcome::Panic;
        let polled = this.future.poll(cx);
        **this.if_dropped = Outcome::Cancelled;
        polled
    }
}

/// Calls `body`. As a parameter of this type a closure may give away what it captured, so that it can
/// return a borrow that came in by `&mut`.
pub fn call<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Asks a result for its outcome: by [`ResultOutcome`] if it is a `Result`, else by [`AnyOutcome`], which
/// method look-up finds one reference later.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

/// The outcome of a `Result`.
pub trait ResultOutcome {
    /// `Ok` or `Error`.
    fn outcome(&self) -> Outcome;
}

impl<T, E> ResultOutcome for Probe<'_, Result<T, E>> {
    fn outcome(&self) -> Outcome {
        if self.0.is_ok() {
            Outcome::Ok
        } else {
            Outcome::Error
        }
    }
}

/// The outcome of anything else.
pub trait AnyOutcome {
    /// Always `Ok`.
    fn outcome(&self) -> Outcome;
}

impl<T> AnyOutcome for &Probe<'_, T> {
    fn outcome(&self) -> Outcome {
        Outcome::Ok
    }
}
