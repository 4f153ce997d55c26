//! The bytes of a request's body, counted as the app reads them.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_core::Stream;

/// So many bytes, so far.
pub(super) type Received = Rc<Cell<u64>>;

/// A body that counts what is read of it; `None` if there is no body.
pub(super) fn counted(payload: Payload) -> (Payload, Option<Received>) {
    if matches!(payload, Payload::None) {
        return (payload, None);
    }
    let received = Received::default();
    let counted = Counted {
        payload,
        received: Rc::clone(&received),
    };
    let payload = Box::pin(counted);
    (Payload::Stream { payload }, Some(received))
}

struct Counted {
    payload: Payload,
    received: Received,
}

impl Stream for Counted {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = ready!(Pin::new(&mut self.payload).poll_next(cx));
        if let Some(Ok(bytes)) = &chunk {
            self.received.set(self.received.get() + bytes.len() as u64);
        }
        Poll::Ready(chunk)
    }
}
