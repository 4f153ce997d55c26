//! Streams whose call goes on after the function has returned: to the first item, item by item, or to the end.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::call::Timing;
use super::record::Record;
use super::verdict::Verdict;
use crate::declare::Outcome;

pin_project! {
    /// A timed stream, with the same items.
    pub struct TimedStream<S, M> {
        #[pin]
        stream: S,
        observe: M,
    }
}

impl<S: Stream, M: Observe<S::Item>> Stream for TimedStream<S, M> {
    type Item = S::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let stream = this.stream;
        this.observe.poll(|| stream.poll_next(cx))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

/// What watches the polls of a stream.
pub trait Observe<T> {
    /// Polls by `next`.
    fn poll(&mut self, next: impl FnOnce() -> Poll<Option<T>>) -> Poll<Option<T>>;
}

/// The stream that `make` makes. The bound tells the compiler, before it reads the body, what a block in it yields.
#[inline]
pub fn stream_of<T, S: Stream<Item = T>>(make: impl FnOnce() -> S) -> S {
    make()
}

/// What `stream = first_item` watches with.
pub struct FirstItem<R: Record<X>, G, X: Default, J> {
    timing: Option<Timing<R, G, X>>,
    judge: J,
}

/// `stream = first_item`: the call that `timing` has begun ends with the first item, or with the end of a stream that
/// has none; `judge` says how the item went.
#[inline]
pub fn first_item<S, R, G, X, J>(
    stream: S,
    mut timing: Timing<R, G, X>,
    judge: J,
) -> TimedStream<S, FirstItem<R, G, X, J>>
where
    S: Stream,
    R: Record<X>,
    X: Default,
    J: FnMut(&S::Item) -> Verdict<X>,
{
    timing.if_dropped().outcome = Outcome::Cancelled;
    let timing = Some(timing);
    TimedStream {
        stream,
        observe: FirstItem { timing, judge },
    }
}

impl<T, R: Record<X>, G, X: Default, J> Observe<T> for FirstItem<R, G, X, J>
where
    J: FnMut(&T) -> Verdict<X>,
{
    #[inline]
    fn poll(&mut self, next: impl FnOnce() -> Poll<Option<T>>) -> Poll<Option<T>> {
        let Some(timing) = &mut self.timing else {
            return next();
        };
        let item = std::task::ready!(timing.poll(next));
        let verdict = match &item {
            Some(item) => (self.judge)(item),
            None => Verdict::of(Outcome::Ok),
        };
        if let Some(timing) = self.timing.take() {
            timing.finish(verdict, ());
        }
        Poll::Ready(item)
    }
}

/// What `stream = lifetime` watches with.
pub struct Lifetime<R: Record<X>, G, X: Default, J> {
    timing: Option<Timing<R, G, X>>,
    error: Option<Verdict<X>>,
    judge: J,
}

/// `stream = lifetime`: the call that `timing` has begun ends with the stream; with an error if an item was one.
#[inline]
pub fn lifetime<S, R, G, X, J>(
    stream: S,
    mut timing: Timing<R, G, X>,
    judge: J,
) -> TimedStream<S, Lifetime<R, G, X, J>>
where
    S: Stream,
    R: Record<X>,
    X: Default,
    J: FnMut(&S::Item) -> Verdict<X>,
{
    timing.if_dropped().outcome = Outcome::Cancelled;
    let observe = Lifetime {
        timing: Some(timing),
        error: None,
        judge,
    };
    TimedStream { stream, observe }
}

impl<R: Record<X>, G, X: Default, J> Drop for Lifetime<R, G, X, J> {
    /// Whoever reads to the first error and no further has not cancelled anything.
    fn drop(&mut self) {
        if let (Some(timing), Some(error), false) = (
            self.timing.take(),
            self.error.take(),
            std::thread::panicking(),
        ) {
            timing.finish(error, ());
        }
    }
}

impl<T, R: Record<X>, G, X: Default, J> Observe<T> for Lifetime<R, G, X, J>
where
    J: FnMut(&T) -> Verdict<X>,
{
    #[inline]
    fn poll(&mut self, next: impl FnOnce() -> Poll<Option<T>>) -> Poll<Option<T>> {
        let Some(timing) = &mut self.timing else {
            return next();
        };
        let item = std::task::ready!(timing.poll(next));
        match &item {
            Some(item) => {
                let verdict = (self.judge)(item);
                if verdict.outcome == Outcome::Error {
                    self.error.get_or_insert(verdict);
                }
                timing.if_dropped().outcome = Outcome::Cancelled;
            }
            None => {
                let verdict = self.error.take();
                let verdict = verdict.unwrap_or_else(|| Verdict::of(Outcome::Ok));
                if let Some(timing) = self.timing.take() {
                    timing.finish(verdict, ());
                }
            }
        }
        Poll::Ready(item)
    }
}

/// What `stream = each_item` watches with.
pub struct EachItem<R: Record<X>, G, X: Default, J> {
    recorder: Option<R>,
    item: Option<Timing<R, (), X>>,
    /// Holds the in-flight gauge up until the stream is dropped.
    in_flight: Option<G>,
    judge: J,
}

/// `stream = each_item`: in the place of the call that `timing` has begun, each item is a call of its own, from the first
/// poll for it until it is there. What the caller does between two items is not in it.
#[inline]
pub fn each_item<S, R, G, X, J>(
    stream: S,
    timing: Timing<R, G, X>,
    judge: J,
) -> TimedStream<S, EachItem<R, G, X, J>>
where
    S: Stream,
    R: Record<X> + Clone,
    X: Default,
    J: FnMut(&S::Item) -> Verdict<X>,
{
    let (recorder, in_flight) = timing.forget().unzip();
    let observe = EachItem {
        recorder,
        item: None,
        in_flight,
        judge,
    };
    TimedStream { stream, observe }
}

impl<T, R: Record<X> + Clone, G, X: Default, J> Observe<T> for EachItem<R, G, X, J>
where
    J: FnMut(&T) -> Verdict<X>,
{
    #[inline]
    fn poll(&mut self, next: impl FnOnce() -> Poll<Option<T>>) -> Poll<Option<T>> {
        let Some(recorder) = &self.recorder else {
            return next();
        };
        let timing = self
            .item
            .get_or_insert_with(|| Timing::start(recorder.clone(), ()));
        let item = std::task::ready!(timing.poll(next));
        let timing = self.item.take();
        match (&item, timing) {
            (Some(item), Some(timing)) => timing.finish((self.judge)(item), ()),
            // the end is no item
            (None, Some(timing)) => {
                timing.forget();
                self.recorder = None;
                self.in_flight = None;
            }
            (_, None) => {}
        }
        Poll::Ready(item)
    }
}
