//! Where the end of a call is recorded: histograms and counters of sets, with the labels that the call gave.
//! A pair of recorders is one. The families that all functions share are in `function`.

use std::marker::PhantomData;

use super::call::{Begin, End, Enter};
use super::labels::{Labelled, TimedLabels};
use crate::declare::{LabelSet, Outcome};
use crate::update::{Counter, CounterValue, Gauge, GaugeGuard, GaugeValue, Histogram};

/// Where a call is recorded when it has ended.
pub trait Record<X> {
    /// Whether the call's time is wanted.
    const TIME: bool = true;
    /// Whether the time is wanted in which a future was being polled.
    const BUSY: bool = false;

    /// Records one call.
    fn record(self, end: &End<X>);
}

impl<X, A: Record<X>, B: Record<X>> Record<X> for (A, B) {
    const TIME: bool = A::TIME || B::TIME;
    const BUSY: bool = A::BUSY || B::BUSY;

    #[inline]
    fn record(self, end: &End<X>) {
        self.0.record(end);
        self.1.record(end);
    }
}

/// A metric `M`, and the labels `B` that the call gave for it; `T` is its label set as the call borrows it, and `E` what of
/// the call fills in the rest.
///
/// `T` is a parameter of its own, and not `L::Borrowed<'q>`: where the compiler asks whether a future that
/// holds this is `Send`, it forgets that `L` is `'static`, and would not find `L: LabelSet`.
#[derive(Debug)]
pub struct Bound<'m, M, B, T, E> {
    metric: &'m M,
    labels: B,
    types: PhantomData<fn() -> (T, E)>,
}

impl<'m, M, B, T, E> Bound<'m, M, B, T, E> {
    /// The metric under these labels.
    ///
    /// Where a label has no value there is no type `Filled`. So that is told here, and not again wherever the recorder
    /// is used.
    #[inline]
    pub fn new<'q, S>(metric: &'m M, labels: S) -> Self
    where
        M: Labelled<Labels: LabelSet<Borrowed<'q> = T>>,
        S: TimedLabels<T, E, Filled = B>,
    {
        Self {
            metric,
            labels: labels.filled(),
            types: PhantomData,
        }
    }
}

impl<M, B: Clone, T, E> Clone for Bound<'_, M, B, T, E> {
    fn clone(&self) -> Self {
        Self {
            labels: self.labels.clone(),
            ..*self
        }
    }
}

/// A histogram of call times.
impl<'q, L, B, T, X> Record<X> for Bound<'_, Histogram<L>, B, T, End<X>>
where
    L: LabelSet<Borrowed<'q> = T>,
    B: TimedLabels<T, End<X>>,
{
    #[inline]
    fn record(self, end: &End<X>) {
        let labels = self.labels.finish(end);
        self.metric.with(labels).observe_nanos(end.nanos);
    }
}

/// A counter of calls.
impl<'q, L, B, T, V, X> Record<X> for Bound<'_, Counter<L, V>, B, T, End<X>>
where
    L: LabelSet<Borrowed<'q> = T>,
    B: TimedLabels<T, End<X>>,
    V: CounterValue,
{
    const TIME: bool = false;

    #[inline]
    fn record(self, end: &End<X>) {
        let labels = self.labels.finish(end);
        self.metric.with(labels).inc();
    }
}

/// A counter of calls that ended with an error or a panic.
#[derive(Clone, Debug)]
pub struct Errors<R>(pub R);

impl<R: Record<X>, X> Record<X> for Errors<R> {
    const TIME: bool = R::TIME;

    #[inline]
    fn record(self, end: &End<X>) {
        if matches!(end.outcome, Outcome::Error | Outcome::Panic) {
            self.0.record(end);
        }
    }
}

/// A histogram of the time in which futures were being polled.
#[derive(Clone, Debug)]
pub struct BusyTime<R>(pub R);

impl<'q, L, B, T, X> Record<X> for BusyTime<Bound<'_, Histogram<L>, B, T, End<X>>>
where
    L: LabelSet<Borrowed<'q> = T>,
    B: TimedLabels<T, End<X>>,
{
    const TIME: bool = false;
    const BUSY: bool = true;

    #[inline]
    fn record(self, end: &End<X>) {
        let labels = self.0.labels.finish(end);
        self.0.metric.with(labels).observe_nanos(end.busy_nanos);
    }
}

/// A gauge of calls in flight.
impl<'m, 'q, L, B, T, V> Enter for Bound<'m, Gauge<L, V>, B, T, Begin>
where
    L: LabelSet<Borrowed<'q> = T>,
    B: TimedLabels<T, Begin>,
    V: GaugeValue,
{
    type Guard = GaugeGuard<'m, V>;

    #[inline]
    fn enter(self) -> GaugeGuard<'m, V> {
        self.metric.inc_guard_with(self.labels.finish(&Begin))
    }
}
