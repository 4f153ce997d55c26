//! A whole body on its way to the connection, which is one of those under way until it is taken: a client that reads
//! slowly holds it in memory. `json` sends it; what is written while it is sent is in `pieces`.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use metrics_core::CHUNK_LEN;
use tokio::sync::OwnedSemaphorePermit;

/// A body, and the permit that it has.
pub(crate) struct Sending {
    left: Bytes,
    _permit: OwnedSemaphorePermit,
}

impl Sending {
    pub(crate) fn new(body: Vec<u8>, permit: OwnedSemaphorePermit) -> Self {
        Self {
            left: body.into(),
            _permit: permit,
        }
    }
}

impl MessageBody for Sending {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.left.len() as u64)
    }

    /// In pieces, for the connection takes no more than it can write: at once it would copy all of it.
    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let len = self.left.len().min(CHUNK_LEN);
        let piece = self.left.split_to(len);
        Poll::Ready((len > 0).then_some(Ok(piece)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::rt::System;
    use tokio::sync::Semaphore;

    use super::*;

    #[test]
    fn it_is_under_way_until_it_is_taken() {
        let scrapes = Arc::new(Semaphore::new(1));
        for len in [0, 1, CHUNK_LEN, 3 * CHUNK_LEN + 7] {
            let permit = scrapes.clone().try_acquire_owned().expect("a free one");
            let all: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
            let body = Sending::new(all.clone(), permit);
            assert_eq!(body.size(), BodySize::Sized(len as u64));
            assert_eq!(scrapes.available_permits(), 0);
            let taken = System::new().block_on(actix_web::body::to_bytes(body));
            assert!(taken.is_ok_and(|taken| taken == all), "{len}");
            assert_eq!(scrapes.available_permits(), 1);
        }
    }
}
