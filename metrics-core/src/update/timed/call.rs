//! One call: planned, running, ended. Dropped while it runs, it was cancelled or has panicked.

use std::marker::PhantomData;
use std::task::Poll;

use super::record::Record;
use super::verdict::{NoFailure, Verdict};
use crate::declare::Outcome;
use crate::update::clock::Stamp;

/// How a call ended. `X` is what its error says for a label, if it was asked.
#[derive(Clone, Copy, Debug)]
pub struct End<X = NoFailure> {
    pub(super) outcome: Outcome,
    pub(super) failure: X,
    /// How long it took, at most `i64::MAX`; 0 if nobody wants to know.
    pub(super) nanos: u64,
    /// How much of that a future was being polled; 0 if nobody wants to know.
    pub(super) busy_nanos: u64,
}

/// The beginning of a call, of which there is nothing to say yet.
#[derive(Clone, Copy, Debug)]
pub struct Begin;

/// What holds on while a call runs: the in-flight gauge, or `()`.
pub trait Enter {
    /// Dropped when the call ends.
    type Guard;

    /// The call begins.
    fn enter(self) -> Self::Guard;
}

impl Enter for () {
    type Guard = ();

    fn enter(self) {}
}

/// A call that has not begun.
#[derive(Debug)]
pub struct Plan<R, I, X> {
    recorder: R,
    in_flight: I,
    failure: PhantomData<fn() -> X>,
}

impl<R: Record<X>, I: Enter, X: Default> Plan<R, I, X> {
    /// A call that `recorder` is to record.
    #[inline]
    pub fn new(recorder: R, in_flight: I) -> Self {
        Self {
            recorder,
            in_flight,
            failure: PhantomData,
        }
    }

    /// Starts the clock.
    #[inline]
    pub fn start(self) -> Timing<R, I::Guard, X> {
        Timing::start(self.recorder, self.in_flight.enter())
    }
}

/// A running call. Dropped without [`Timing::finish`], it records a panic or a cancellation.
#[derive(Debug)]
pub struct Timing<R: Record<X>, G, X: Default> {
    running: Option<(R, G)>,
    started: Option<Stamp>,
    busy_nanos: u64,
    /// What it means if this is dropped now.
    if_dropped: Verdict<X>,
}

impl<R: Record<X>, G, X: Default> Timing<R, G, X> {
    /// A plain function is left without a result only by a panic.
    #[inline]
    pub(super) fn start(recorder: R, in_flight: G) -> Self {
        Self {
            running: Some((recorder, in_flight)),
            started: R::TIME.then(Stamp::now),
            busy_nanos: 0,
            if_dropped: Verdict::of(Outcome::Panic),
        }
    }

    /// Stops the clock, records the call and hands its result on.
    #[inline]
    pub fn finish<T>(mut self, verdict: Verdict<X>, result: T) -> T {
        self.end(verdict);
        result
    }

    /// Polls by `body`: while it runs, being dropped means a panic, and once it is pending, a cancellation.
    #[inline]
    pub(super) fn poll<T>(&mut self, body: impl FnOnce() -> Poll<T>) -> Poll<T> {
        self.if_dropped.outcome = Outcome::Panic;
        let began = R::BUSY.then(Stamp::now);
        let polled = body();
        if let Some(began) = began {
            self.busy_nanos = self.busy_nanos.saturating_add(began.elapsed_nanos());
        }
        if polled.is_pending() {
            self.if_dropped.outcome = Outcome::Cancelled;
        }
        polled
    }

    #[inline]
    fn end(&mut self, Verdict { outcome, failure }: Verdict<X>) {
        if let Some((recorder, in_flight)) = self.running.take() {
            let nanos = self.started.map_or(0, Stamp::elapsed_nanos);
            recorder.record(&End {
                outcome,
                failure,
                nanos,
                busy_nanos: self.busy_nanos,
            });
            drop(in_flight);
        }
    }
}

#[cfg(feature = "stream")]
impl<R: Record<X>, G, X: Default> Timing<R, G, X> {
    /// Ends without a record.
    pub(super) fn forget(mut self) -> Option<(R, G)> {
        self.running.take()
    }

    /// What it means if this is dropped from now on.
    pub(super) fn if_dropped(&mut self) -> &mut Verdict<X> {
        &mut self.if_dropped
    }
}

impl<R: Record<X>, G, X: Default> Drop for Timing<R, G, X> {
    fn drop(&mut self) {
        let verdict = std::mem::take(&mut self.if_dropped);
        self.end(verdict);
    }
}

/// Calls `body`. As a parameter of this type a closure may give away what it captured, so that it can
/// return a borrow that came in by `&mut`.
#[inline]
pub fn call<R>(body: impl FnOnce() -> R) -> R {
    body()
}
