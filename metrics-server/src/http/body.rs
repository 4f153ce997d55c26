//! A response body that is counted as the connection takes it. Its end, or its drop, is the end of the request.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use pin_project_lite::pin_project;

use super::call::Call;

pin_project! {
    /// The body of an answer that [`HttpMetrics`](crate::HttpMetrics) follows.
    ///
    /// Its size is that of the body inside, so that a `Content-Length` stays one.
    pub struct Metered<B> {
        #[pin]
        body: B,
        call: Option<Call>,
    }
}

impl<B> Metered<B> {
    pub(super) fn new(body: B, call: Option<Call>) -> Self {
        Self { body, call }
    }
}

impl<B: MessageBody> MessageBody for Metered<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, B::Error>>> {
        let this = self.project();
        let chunk = ready!(Call::run(this.call, || this.body.poll_next(cx)));
        match (&chunk, this.call.as_mut()) {
            (Some(Ok(bytes)), Some(call)) => call.sent(bytes.len()),
            (Some(Err(_)), Some(call)) => call.cut(),
            _ => {}
        }
        if !matches!(chunk, Some(Ok(_))) {
            *this.call = None;
        }
        Poll::Ready(chunk)
    }
}
