//! One WebSocket connection: whole messages in, within limits; one frame at a time out; pings, pongs and the close. It knows
//! nothing of what is said over it: that is the session's.

mod inbound;
mod outbound;

use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::ws::{self, CloseCode, CloseReason, OpCode, Parser};
use actix_web::http::header::SEC_WEBSOCKET_PROTOCOL;
use actix_web::rt::time::{Instant, sleep_until, timeout};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::{Bytes, BytesMut};

#[cfg(fuzzing)]
pub(crate) use inbound::fuzzing;
use inbound::{Inbound, Incoming};
use outbound::Outbound;

use crate::listen::Connection;

/// Close code of the protocol: the client takes nothing of what is sent.
const SLOW_CLIENT: u16 = 4008;

/// How long a client that takes nothing may take for the word that it was given up, before the connection ends.
const LAST_WORD: Duration = Duration::from_secs(2);

/// What a connection puts up with.
#[derive(Debug)]
pub(crate) struct Limits {
    /// The longest message from a client, in bytes.
    pub(crate) message_len: usize,
    /// In how many frames it may come.
    pub(crate) frames_a_message: u32,
    /// How often a client may say something, be it a ping.
    pub(crate) messages_a_second: u32,
    /// After how long a silence the client is asked whether it is there, and how long it may take to answer.
    pub(crate) ping_after: Duration,
    pub(crate) pong_within: Duration,
    /// For how long the connection may take nothing of a frame.
    pub(crate) write_within: Duration,
}

impl Limits {
    /// Those of the protocol, "Behaviour"; but `frames_a_message`, which keeps a client from sending parts without end: no
    /// library sends a message of 64 KiB in so many.
    pub(crate) const STREAM: Self = Self {
        message_len: 64 * 1024,
        frames_a_message: 1_024,
        messages_a_second: 20,
        ping_after: Duration::from_secs(25),
        pong_within: Duration::from_secs(10),
        write_within: Duration::from_secs(5),
    };
}

/// A message from a client.
#[derive(Debug)]
pub(crate) enum Heard {
    Text(String),
    /// The stream has no use for its bytes.
    #[cfg_attr(
        not(any(feature = "_testing", fuzzing)),
        expect(dead_code, reason = "only the echo of the tests reads them")
    )]
    Binary(Bytes),
}

/// Why a conversation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The client left, or its connection broke.
    Gone,
    /// The server stops.
    Shutdown,
    /// The client broke the protocol.
    Breach(CloseCode, &'static str),
    /// The client takes no frames.
    Stalled,
}

/// A connection after its handshake. Dropped without [`Socket::close`] it ends without a word.
pub(crate) struct Socket {
    inbound: Inbound,
    outbound: Outbound,
    /// None in an app, whose connections are not ours.
    connection: Option<Connection>,
    limits: &'static Limits,
    last_heard: Instant,
    pinged: Option<Instant>,
    second: Instant,
    heard_this_second: u32,
    /// The client has said that it leaves, with this code or none.
    left: Option<Option<CloseCode>>,
}

/// Shakes hands: the answer to the request, and the connection that it becomes. Of the subprotocols the first is taken
/// that the client asks for, and none if it asks for none of them. `held` is dropped when the connection has ended, which
/// a client that reads nothing can put off.
pub(crate) fn accept<H: Unpin + 'static>(
    request: &HttpRequest,
    payload: web::Payload,
    subprotocols: &[&str],
    limits: &'static Limits,
    held: H,
) -> actix_web::Result<(HttpResponse, Socket)> {
    let mut response = ws::handshake(request.head())?;
    let asked = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
    let mut asked = asked
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(',').map(str::trim));
    if let Some(subprotocol) = asked.find(|name| subprotocols.contains(name)) {
        response.insert_header((SEC_WEBSOCKET_PROTOCOL, subprotocol));
    }
    let connection = Connection::of(request).cloned();
    if let Some(connection) = &connection {
        connection.write_by(None);
    }
    let (outbound, body) = Outbound::new(held);
    let response = response.message_body(body)?.map_into_boxed_body();
    let now = Instant::now();
    let socket = Socket {
        inbound: Inbound::new(payload, limits),
        outbound,
        connection,
        limits,
        last_heard: now,
        pinged: None,
        second: now,
        heard_this_second: 0,
        left: None,
    };
    Ok((response.into(), socket))
}

impl Socket {
    /// The next message. Pings are answered meanwhile, and the client is pinged when it is silent for long. Nothing is
    /// lost when the future is dropped.
    pub(crate) async fn recv(&mut self) -> Result<Heard, End> {
        loop {
            let alarm = self.next_alarm();
            let incoming = tokio::select! {
                biased;
                incoming = poll_fn(|cx| self.poll_incoming(cx)) => incoming?,
                () = sleep_until(alarm) => {
                    self.break_silence()?;
                    continue;
                }
            };
            self.last_heard = Instant::now();
            self.pinged = None;
            if let Incoming::Close(reason) = incoming {
                self.left = Some(reason.map(|reason| reason.code));
                return Err(End::Gone);
            }
            self.count_message()?;
            match incoming {
                Incoming::Message(message) => return Ok(message),
                Incoming::Ping(payload) => {
                    let pong = encode(OpCode::Pong, &payload);
                    self.outbound.put_control(pong);
                }
                Incoming::Pong | Incoming::Close(_) => {}
            }
        }
    }

    /// A client is not heard while it owes the taking of a pong: it could ask for pongs without end.
    fn poll_incoming(&mut self, cx: &mut Context<'_>) -> Poll<Result<Incoming, End>> {
        ready!(self.outbound.poll_control_taken(cx))?;
        self.inbound.poll_next(cx)
    }

    fn next_alarm(&self) -> Instant {
        match self.pinged {
            Some(pinged) => pinged + self.limits.pong_within,
            None => self.last_heard + self.limits.ping_after,
        }
    }

    fn break_silence(&mut self) -> Result<(), End> {
        if self.pinged.is_some() {
            return Err(End::Gone);
        }
        self.pinged = Some(Instant::now());
        self.outbound.put_control(encode(OpCode::Ping, b""));
        Ok(())
    }

    fn count_message(&mut self) -> Result<(), End> {
        if self.second.elapsed() >= Duration::from_secs(1) {
            self.second = Instant::now();
            self.heard_this_second = 0;
        }
        self.heard_this_second += 1;
        if self.heard_this_second > self.limits.messages_a_second {
            return Err(End::Breach(
                CloseCode::Policy,
                "more messages in a second than allowed",
            ));
        }
        Ok(())
    }

    /// Sends a text frame; returns when the connection has taken it, so that no more than one ever waits here.
    pub(crate) async fn send(&mut self, text: String) -> Result<(), End> {
        self.send_frame(encode(OpCode::Text, text.as_bytes())).await
    }

    /// Sends a binary frame, as [`Socket::send`] one of text.
    #[cfg(feature = "_testing")]
    pub(crate) async fn send_binary(&mut self, bytes: Bytes) -> Result<(), End> {
        self.send_frame(encode(OpCode::Binary, &bytes)).await
    }

    async fn send_frame(&mut self, frame: Bytes) -> Result<(), End> {
        // one is there already where an earlier future of this was dropped
        self.taken().await?;
        self.outbound.put(frame);
        self.taken().await
    }

    /// Waits until the frame has been taken, for as long as it goes on being taken.
    async fn taken(&self) -> Result<(), End> {
        let mut taken = 0;
        loop {
            let more = poll_fn(|cx| self.outbound.poll_taken(cx, &mut taken));
            match timeout(self.limits.write_within, more).await {
                Ok(Ok(true)) => return Ok(()),
                Ok(Ok(false)) => {}
                Ok(Err(end)) => return Err(end),
                Err(_) => return Err(End::Stalled),
            }
        }
    }

    /// Says why it ends, if the client can still hear it, and leaves the rest to the connection: it ends when it has taken
    /// the close frame, after what it had begun to take.
    pub(crate) fn close(self, end: End) {
        if let Some(connection) = &self.connection {
            let within = match end {
                End::Stalled => LAST_WORD,
                _ => self.limits.write_within,
            };
            connection.write_by(Some(Instant::now() + within));
        }
        let (code, why) = match end {
            End::Gone => {
                // a goodbye is answered with the same; one who just went is told nothing
                if let Some(code) = self.left {
                    self.put_close(code.map(CloseReason::from));
                }
                return;
            }
            End::Shutdown => (CloseCode::Away, "the server stops"),
            End::Breach(code, why) => (code, why),
            End::Stalled => (
                CloseCode::Other(SLOW_CLIENT),
                "nothing of a frame was taken in time",
            ),
        };
        self.put_close(Some((code, why).into()));
    }

    fn put_close(&self, reason: Option<CloseReason>) {
        let mut frame = BytesMut::new();
        Parser::write_close(&mut frame, reason, false);
        self.outbound.put_close(frame.freeze());
    }
}

/// A whole frame. A server's frames are not masked.
fn encode(opcode: OpCode, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    Parser::write_message(&mut frame, payload, opcode, true, false);
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the page of the protocol has them, for those who write clients.
    #[test]
    fn the_limits_of_the_stream_are_those_of_the_protocol() {
        let page = include_str!("../../../docs/stream.md");
        let limits = Limits::STREAM;
        let [ping, pong, write] =
            [limits.ping_after, limits.pong_within, limits.write_within].map(|of| of.as_secs());
        assert_eq!((ping, pong, write), (25, 10, 5));
        let (kib, messages) = (limits.message_len / 1024, limits.messages_a_second);
        assert_eq!((kib, messages), (64, 20));
        for told in [
            format!("| message from a client | {kib} KiB |"),
            format!("| {messages} a second |"),
            format!("| a frame that the client does not take | {write} seconds |"),
            format!("| {ping} seconds, then a ping, then {pong} seconds |"),
        ] {
            assert!(page.contains(&told), "{told}");
        }
    }
}
