//! Bytes of a connection as the target `frames` of `fuzz/` cuts them: what is heard, how it ends, and that no more is kept
//! than may be.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use actix_http::error::PayloadError;
use actix_web::dev;
use actix_web::test::TestRequest;
use actix_web::{FromRequest, web};
use bytes::Bytes;
use futures_core::Stream;

use super::{Inbound, Incoming};
use crate::stream::socket::{End, Heard, Limits};

/// Small, so that inputs of a few hundred bytes come to them.
pub const LONGEST_MESSAGE: usize = 300;
/// In how many frames a message may come.
pub const MOST_FRAMES: u32 = 4;

const LIMITS: Limits = Limits {
    message_len: LONGEST_MESSAGE,
    frames_a_message: MOST_FRAMES,
    ..Limits::STREAM
};

/// The longest head of a frame.
const HEAD: usize = 14;

/// What a client has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A message.
    Text(String),
    /// A message that is no text.
    Binary(Vec<u8>),
    /// A question, which is answered with the same bytes.
    Ping(Vec<u8>),
    /// An answer to such a question.
    Pong,
    /// That it leaves, with a code or none.
    Close(Option<u16>),
}

/// What is heard of bytes that come in pieces of such a length, up to a close, and the code with which the server ends it;
/// none where it may go on.
pub fn frames(bytes: &[u8], piece: usize) -> (Vec<Said>, Option<u16>) {
    let pieces = bytes.chunks(piece).map(Bytes::copy_from_slice).collect();
    let mut inbound = Inbound::new(payload(Pieces(pieces)), &LIMITS);
    let mut cx = Context::from_waker(Waker::noop());
    let mut said = Vec::new();
    loop {
        let heard = inbound.poll_next(&mut cx);
        let kept = inbound.message.as_ref().map_or(0, |of| of.bytes.len());
        assert!(kept <= LONGEST_MESSAGE, "{kept} bytes of a message");
        let waiting = inbound.bytes.len();
        let room = LONGEST_MESSAGE + HEAD + piece.min(bytes.len());
        assert!(waiting <= room, "{waiting} bytes of a frame");
        said.push(match heard {
            Poll::Ready(Ok(Incoming::Message(Heard::Text(text)))) => Said::Text(text),
            Poll::Ready(Ok(Incoming::Message(Heard::Binary(bytes)))) => {
                Said::Binary(bytes.to_vec())
            }
            Poll::Ready(Ok(Incoming::Ping(bytes))) => Said::Ping(bytes.to_vec()),
            Poll::Ready(Ok(Incoming::Pong)) => Said::Pong,
            Poll::Ready(Ok(Incoming::Close(reason))) => {
                said.push(Said::Close(reason.map(|reason| reason.code.into())));
                return (said, None);
            }
            Poll::Ready(Err(End::Gone)) => return (said, None),
            Poll::Ready(Err(End::Breach(code, sentence))) => {
                assert!(!sentence.is_empty());
                return (said, Some(code.into()));
            }
            Poll::Ready(Err(end)) => panic!("nothing but bytes came, and it ends by {end:?}"),
            Poll::Pending => panic!("it waits for what is there"),
        });
    }
}

/// The pieces, the last first, as they come from a connection.
struct Pieces(Vec<Bytes>);

impl Stream for Pieces {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop().map(Ok))
    }
}

fn payload(mut pieces: Pieces) -> web::Payload {
    pieces.0.reverse();
    let payload: actix_http::BoxedPayloadStream = Box::pin(pieces);
    let mut payload = dev::Payload::from(payload);
    let request = TestRequest::default().to_http_request();
    let payload = web::Payload::from_request(&request, &mut payload);
    payload.into_inner().expect("every request has a payload")
}
