//! What serves a client and panics costs that client alone. actix-web leaves the panic to the runtime, which ends the connection without
//! a byte.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// A panic, which the panic hook has told.
#[derive(Debug)]
pub(crate) struct Panicked;

/// What the future gives, if it does not panic. It is not polled again after it did.
pub(crate) async fn contain<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(polled) => polled.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        },
    )
    .await
}
