//! One call: planned, running, ended. Dropped while it runs, it was cancelled or has panicked.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
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

/// What there is to say of a call, at its beginning or its end.
pub trait OfCall {
    /// How it ended, if it has.
    fn outcome(&self) -> Option<Outcome>;
}

impl<X> OfCall for End<X> {
    #[inline]
    fn outcome(&self) -> Option<Outcome> {
        Some(self.outcome)
    }
}

impl OfCall for Begin {
    #[inline]
    fn outcome(&self) -> Option<Outcome> {
        None
    }
}

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
    /// When the poll began that is under way, if its time is wanted.
    polling: Option<Stamp>,
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
            polling: None,
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
        self.polling = R::BUSY.then(Stamp::now);
        let polled = body();
        self.polled();
        if polled.is_pending() {
            self.if_dropped.outcome = Outcome::Cancelled;
        }
        polled
    }

    /// The poll is over, be it by a panic.
    #[inline]
    fn polled(&mut self) {
        if R::BUSY
            && let Some(began) = self.polling.take()
        {
            self.busy_nanos = self.busy_nanos.saturating_add(began.elapsed_nanos());
        }
    }

    #[inline]
    fn end(&mut self, Verdict { outcome, failure }: Verdict<X>) {
        if let Some((recorder, in_flight)) = self.running.take() {
            self.polled();
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

impl<R: Record<X>, G, X: Default> Timing<R, G, X> {
    #[inline]
    fn dropped(&mut self) {
        let verdict = std::mem::take(&mut self.if_dropped);
        if !std::thread::panicking() {
            self.end(verdict);
            return;
        }
        // what a label of the user's does is not to be the second panic, which would end the process
        let _ = catch_unwind(AssertUnwindSafe(|| self.end(verdict)));
    }
}

impl<R: Record<X>, G, X: Default> Drop for Timing<R, G, X> {
    #[inline]
    fn drop(&mut self) {
        // nearly always it has been finished
        if self.running.is_some() {
            self.dropped();
        }
    }
}

/// A call whose result is seen by nobody: it ends with the scope that it is in, well unless by a panic.
#[derive(Debug)]
pub struct Scoped<R: Record<NoFailure>, G> {
    timing: Option<Timing<R, G, NoFailure>>,
    /// The thread may have been panicking before: then it says nothing.
    panicking: bool,
}

impl<R: Record<NoFailure>, G> Scoped<R, G> {
    /// Goes on with `timing` until this is dropped.
    #[inline]
    pub fn new(timing: Timing<R, G, NoFailure>) -> Self {
        Self {
            timing: Some(timing),
            panicking: std::thread::panicking(),
        }
    }
}

impl<R: Record<NoFailure>, G> Drop for Scoped<R, G> {
    #[inline]
    fn drop(&mut self) {
        if let Some(timing) = self.timing.take()
            && std::thread::panicking() == self.panicking
        {
            timing.finish(Verdict::of(Outcome::Ok), ());
        }
    }
}

/// Calls `body`. As a parameter of this type a closure may give away what it captured, so that it can
/// return a borrow that came in by `&mut`.
#[inline]
pub fn call<R>(body: impl FnOnce() -> R) -> R {
    body()
}
