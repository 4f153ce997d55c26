//! Where the end of a call is recorded: histograms and counters of sets, with the labels that the call gave.
//! A pair of recorders is one. The families that all functions share are in `function`.

use std::marker::PhantomData;
use std::ops::Deref;

use super::call::{Begin, End, Enter};
use super::labels::{Labelled, TimedLabels};
use crate::declare::{LabelSet, Outcome};
use crate::update::{
    Counter, CounterValue, Gauge, GaugeGuard, GaugeValue, Histogram, OwnedGaugeGuard,
};

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

/// A metric, borrowed or [`Owned`] by `P`, and the labels `B` that the call gave for it; `T` is its label set as the call borrows it, and `E` what of
/// the call fills in the rest.
///
/// `T` is a parameter of its own, and not `L::Borrowed<'q>`: where the compiler asks whether a future that
/// holds this is `Send`, it forgets that `L` is `'static`, and would not find `L: LabelSet`.
#[derive(Debug)]
pub struct Bound<P, B, T, E> {
    metric: P,
    labels: B,
    types: PhantomData<fn() -> (T, E)>,
}

impl<P, B, T, E> Bound<P, B, T, E> {
    /// The metric under these labels.
    ///
    /// Where a label has no value there is no type `Filled`. So that is told here, and not again wherever the recorder
    /// is used.
    #[inline]
    pub fn new<'q, S>(metric: P, labels: S) -> Self
    where
        P: Deref<Target: Labelled<Labels: LabelSet<Borrowed<'q> = T>>>,
        S: TimedLabels<T, E, Filled = B>,
    {
        Self {
            metric,
            labels: labels.filled(),
            types: PhantomData,
        }
    }
}

impl<P: Clone, B: Clone, T, E> Clone for Bound<P, B, T, E> {
    fn clone(&self) -> Self {
        Self {
            metric: self.metric.clone(),
            labels: self.labels.clone(),
            types: PhantomData,
        }
    }
}

/// A clone of a metric, which is the same metric, for a call that goes on when what the metric is in may be gone.
#[derive(Clone, Debug)]
pub struct Owned<M>(pub M);

impl<M> Deref for Owned<M> {
    type Target = M;

    #[inline]
    fn deref(&self) -> &M {
        &self.0
    }
}

/// A metric in which a call can be recorded, under labels that the call's end completes.
pub trait Records<B, T, X> {
    /// Whether the call's time is wanted.
    const TIME: bool;

    /// Records one call of that length.
    fn add(&self, labels: B, end: &End<X>, nanos: u64);
}

impl<'q, L, B, T, X> Records<B, T, X> for Histogram<L>
where
    L: LabelSet<Borrowed<'q> = T>,
    B: TimedLabels<T, End<X>>,
{
    const TIME: bool = true;

    #[inline]
    fn add(&self, labels: B, end: &End<X>, nanos: u64) {
        self.with(labels.finish(end)).observe_nanos(nanos);
    }
}

impl<'q, L, V, B, T, X> Records<B, T, X> for Counter<L, V>
where
    L: LabelSet<Borrowed<'q> = T>,
    V: CounterValue,
    B: TimedLabels<T, End<X>>,
{
    const TIME: bool = false;

    #[inline]
    fn add(&self, labels: B, end: &End<X>, _: u64) {
        self.with(labels.finish(end)).inc();
    }
}

impl<P, M, B, T, X> Record<X> for Bound<P, B, T, End<X>>
where
    P: Deref<Target = M>,
    M: Records<B, T, X>,
{
    const TIME: bool = M::TIME;

    #[inline]
    fn record(self, end: &End<X>) {
        self.metric.add(self.labels, end, end.nanos);
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

impl<P, M, B, T, X> Record<X> for BusyTime<Bound<P, B, T, End<X>>>
where
    P: Deref<Target = M>,
    M: Records<B, T, X>,
{
    const TIME: bool = false;
    const BUSY: bool = true;

    #[inline]
    fn record(self, end: &End<X>) {
        let Bound { metric, labels, .. } = self.0;
        metric.add(labels, end, end.busy_nanos);
    }
}

impl<'m, 'q, L, B, T, V> Enter for Bound<&'m Gauge<L, V>, B, T, Begin>
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

impl<'q, L, B, T, V> Enter for Bound<Owned<Gauge<L, V>>, B, T, Begin>
where
    L: LabelSet<Borrowed<'q> = T>,
    B: TimedLabels<T, Begin>,
    V: GaugeValue,
{
    type Guard = OwnedGaugeGuard<L, V>;

    #[inline]
    fn enter(self) -> OwnedGaugeGuard<L, V> {
        self.metric.inc_owned_guard_with(self.labels.finish(&Begin))
    }
}
