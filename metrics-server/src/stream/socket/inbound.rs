//! What comes in: bytes of the connection, made into whole messages, each checked as soon as it can be known to be wrong.
//! The frames are those of `actix_http`. They are put together here, as `actix_ws` reads a frame of any length before it
//! says that it is too long, and forgets what came whole before a mistake.

#[cfg(fuzzing)]
pub(crate) mod fuzzing;

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_http::ws::{CloseCode, CloseReason, OpCode, Parser, ProtocolError};
use actix_web::web;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::{End, Heard, Limits};

const TOO_LONG: End = End::Breach(CloseCode::Size, "the message is longer than allowed");
const NOT_TEXT: End = End::Breach(CloseCode::Invalid, "the text is not UTF-8");
const NO_FRAME: End = End::Breach(CloseCode::Protocol, "not a WebSocket frame");
const OUT_OF_ORDER: End = End::Breach(CloseCode::Protocol, "a frame out of order");

/// What a client has sent.
pub(super) enum Incoming {
    Message(Heard),
    Ping(Bytes),
    Pong,
    Close(Option<CloseReason>),
}

/// The messages of a connection.
pub(super) struct Inbound {
    payload: web::Payload,
    /// Bytes that are not a whole frame yet.
    bytes: BytesMut,
    message: Option<Parts>,
    limits: &'static Limits,
}

/// A message whose end has not come.
#[derive(Default)]
struct Parts {
    text: bool,
    bytes: BytesMut,
    /// How much of the text is known to be UTF-8.
    checked: usize,
    frames: u32,
}

impl Inbound {
    pub(super) fn new(payload: web::Payload, limits: &'static Limits) -> Self {
        Self {
            payload,
            bytes: BytesMut::new(),
            message: None,
            limits,
        }
    }

    /// Waits for what comes next. No more is read than is needed for it, so that a client that is not heard cannot fill
    /// the memory.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Incoming, End>> {
        loop {
            if let Some(incoming) = self.decode()? {
                return Poll::Ready(Ok(incoming));
            }
            match ready!(Pin::new(&mut self.payload).poll_next(cx)) {
                Some(Ok(bytes)) if self.bytes.is_empty() => self.bytes = bytes.into(),
                Some(Ok(bytes)) => self.bytes.extend_from_slice(&bytes),
                Some(Err(_)) | None => return Poll::Ready(Err(End::Gone)),
            }
        }
    }

    fn decode(&mut self) -> Result<Option<Incoming>, End> {
        while let Some((last, opcode, payload)) = self.frame()? {
            let incoming = match opcode {
                OpCode::Text | OpCode::Binary | OpCode::Continue => {
                    match self.add(opcode, payload, last)? {
                        Some(message) => Incoming::Message(message),
                        None => continue,
                    }
                }
                // what is not a message comes in one frame
                _ if !last => return Err(NO_FRAME),
                OpCode::Ping => Incoming::Ping(payload.freeze()),
                OpCode::Pong => Incoming::Pong,
                OpCode::Close => {
                    let reason = Parser::try_parse_close_payload(&payload);
                    Incoming::Close(reason.map_err(|_| NO_FRAME)?)
                }
                OpCode::Bad => return Err(NO_FRAME),
            };
            return Ok(Some(incoming));
        }
        Ok(None)
    }

    /// The next frame, if it is whole: whether it is the last of its message, what it is, and its payload.
    fn frame(&mut self) -> Result<Option<(bool, OpCode, BytesMut)>, End> {
        let len = self.message.as_ref().map_or(0, |parts| parts.bytes.len());
        let room = self.limits.message_len.saturating_sub(len);
        // before it has come: neither is waited for
        if is_long_control(&self.bytes) {
            return Err(NO_FRAME);
        }
        if data_len(&self.bytes).is_some_and(|len| len > room as u64) {
            return Err(TOO_LONG);
        }
        let frame = Parser::parse(&mut self.bytes, true, self.limits.message_len);
        let frame = frame.map_err(|error| match error {
            ProtocolError::Overflow => TOO_LONG,
            _ => NO_FRAME,
        })?;
        if self.bytes.is_empty() {
            // clients are silent most of the time, and then hold no memory
            self.bytes = BytesMut::new();
        }
        Ok(frame.map(|(last, opcode, payload)| (last, opcode, payload.unwrap_or_default())))
    }

    /// Adds a part; the message, if it was the last.
    fn add(&mut self, opcode: OpCode, payload: BytesMut, last: bool) -> Result<Option<Heard>, End> {
        let mut parts = match (opcode, self.message.take()) {
            (OpCode::Continue, Some(parts)) => parts,
            (OpCode::Text | OpCode::Binary, None) => Parts {
                text: opcode == OpCode::Text,
                ..Parts::default()
            },
            _ => return Err(OUT_OF_ORDER),
        };
        parts.add(payload)?;
        if last {
            return parts.message().map(Some);
        }
        if parts.frames >= self.limits.frames_a_message {
            return Err(TOO_LONG);
        }
        self.message = Some(parts);
        Ok(None)
    }
}

impl Parts {
    fn add(&mut self, payload: BytesMut) -> Result<(), End> {
        self.frames += 1;
        if self.bytes.is_empty() {
            self.bytes = payload;
        } else {
            self.bytes.extend_from_slice(&payload);
        }
        if !self.text {
            return Ok(());
        }
        match std::str::from_utf8(&self.bytes[self.checked..]) {
            Ok(_) => self.checked = self.bytes.len(),
            // a character may be cut by the end of a frame
            Err(error) if error.error_len().is_none() => self.checked += error.valid_up_to(),
            Err(_) => return Err(NOT_TEXT),
        }
        Ok(())
    }

    fn message(self) -> Result<Heard, End> {
        if !self.text {
            return Ok(Heard::Binary(self.bytes.freeze()));
        }
        let text = String::from_utf8(self.bytes.into());
        text.map(Heard::Text).map_err(|_| NOT_TEXT)
    }
}

/// The bit of the first byte that frames have which are no message.
const CONTROL: u8 = 0x08;

/// Whether it is a frame that is no message and says that it is longer than 125 bytes, which none may be.
fn is_long_control(frame: &[u8]) -> bool {
    matches!(frame, [first, second, ..] if first & CONTROL != 0 && second & 0x7f > 125)
}

/// The length of the frame's payload, once it is there to read; of frames with data, as all others are short.
fn data_len(frame: &[u8]) -> Option<u64> {
    if frame.first()? & CONTROL != 0 {
        return None;
    }
    match frame.get(1)? & 0x7f {
        126 => Some(u16::from_be_bytes(frame.get(2..4)?.try_into().ok()?).into()),
        127 => Some(u64::from_be_bytes(frame.get(2..10)?.try_into().ok()?)),
        len => Some(len.into()),
    }
}
