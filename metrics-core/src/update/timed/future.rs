//! A future whose call begins with its first poll and ends when it is ready. Dropped between two polls it was
//! cancelled, within one it has panicked, and before the first there was no call.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::call::{Enter, Plan, Timing};
use super::record::Record;

pin_project! {
    /// A timed future; `finish` is given the running call and what the future was ready with.
    pub struct TimedFuture<F, J, R, I, X>
    where
        R: Record<X>,
        I: Enter,
        X: Default,
    {
        #[pin]
        future: F,
        finish: Option<J>,
        call: Call<R, I, X>,
    }
}

enum Call<R: Record<X>, I: Enter, X: Default> {
    Planned(Plan<R, I, X>),
    Running(Timing<R, I::Guard, X>),
    Over,
}

impl<F, J, R, I, X> TimedFuture<F, J, R, I, X>
where
    R: Record<X>,
    I: Enter,
    X: Default,
{
    /// Times `future` as planned.
    #[inline]
    pub fn new<T>(plan: Plan<R, I, X>, future: F, finish: J) -> Self
    where
        F: Future,
        J: FnOnce(Timing<R, I::Guard, X>, F::Output) -> T,
    {
        Self {
            future,
            finish: Some(finish),
            call: Call::Planned(plan),
        }
    }
}

impl<F, J, R, I, X, T> Future for TimedFuture<F, J, R, I, X>
where
    F: Future,
    J: FnOnce(Timing<R, I::Guard, X>, F::Output) -> T,
    R: Record<X>,
    I: Enter,
    X: Default,
{
    type Output = T;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.project();
        if let Call::Planned(_) = this.call
            && let Call::Planned(plan) = std::mem::replace(this.call, Call::Over)
        {
            *this.call = Call::Running(plan.start());
        }
        let future = this.future;
        let Call::Running(timing) = this.call else {
            // polled after it was ready: most futures panic of that
            let _ = future.poll(cx);
            return Poll::Pending;
        };
        let Poll::Ready(result) = timing.poll(|| future.poll(cx)) else {
            return Poll::Pending;
        };
        let over = std::mem::replace(this.call, Call::Over);
        match (over, this.finish.take()) {
            (Call::Running(timing), Some(finish)) => Poll::Ready(finish(timing, result)),
            _ => Poll::Pending,
        }
    }
}

/// The future that `make` makes. The bound tells the compiler, before it reads the body, what an `async` block in
/// it is to be ready with.
#[inline]
pub fn future_of<T, F: Future<Output = T>>(make: impl FnOnce() -> F) -> F {
    make()
}
