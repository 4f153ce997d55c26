//! A client of the stream that stays: it misses no frame, knows what a scrape knows, and is never closed.

use std::io::{self, ErrorKind, Read, Write};
use std::mem;
use std::time::{Duration, Instant};

use metrics_load::connect::is_connected;
use metrics_load::told::Told;
use metrics_load::websocket::{self, Frame};
use mio::net::TcpStream;

use super::seen::Seen;
use crate::known::Known;

/// What a group of clients asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) filter: &'static str,
    pub(super) interval_ms: u32,
    pub(super) events: bool,
}

/// One of a thousand.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) stream: TcpStream,
    pub(super) group: Group,
    /// How long it does not read, if it is slow.
    pause: Option<Duration>,
    reads_next: Instant,
    step: Step,
    /// The beginning of a frame.
    rest: Vec<u8>,
    /// The number that its next frame must have.
    seq: u64,
    /// The number that the next event must have, once there was one.
    next_event: Option<u64>,
    known: Known,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Connecting,
    Asking,
    /// Let in, without a whole snapshot.
    Joining,
    Joined,
}

impl Client {
    pub(super) fn new(stream: TcpStream, group: Group, pause: Option<Duration>) -> Self {
        Self {
            stream,
            group,
            pause,
            reads_next: Instant::now(),
            step: Step::Connecting,
            rest: Vec::new(),
            seq: 0,
            next_event: None,
            known: Known::default(),
        }
    }

    pub(super) fn is_joined(&self) -> bool {
        self.step == Step::Joined
    }

    pub(super) fn has_been_let_in(&self) -> bool {
        matches!(self.step, Step::Joining | Step::Joined)
    }

    pub(super) fn known(&self) -> &Known {
        &self.known
    }

    /// Whether a slow one has waited long enough.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.pause.is_some() && now >= self.reads_next
    }

    /// From here on it reads as it comes.
    pub(super) fn hurry(&mut self) {
        self.reads_next = Instant::now();
        self.pause = self.pause.map(|_| Duration::ZERO);
    }

    /// `false` at its end, which should not be.
    pub(super) fn ready(&mut self, seen: &mut Seen, buffer: &mut [u8]) -> bool {
        if self.is_joined() && self.pause.is_some() && Instant::now() < self.reads_next {
            return true;
        }
        if let Some(pause) = self.pause {
            self.reads_next = Instant::now() + pause;
        }
        match self.go_on(seen, buffer) {
            Ok(()) => true,
            Err(error) => {
                let Group { filter, .. } = self.group;
                seen.fail(format!("a stream client of {filter}: {error}"));
                false
            }
        }
    }

    fn go_on(&mut self, seen: &mut Seen, buffer: &mut [u8]) -> io::Result<()> {
        if self.step == Step::Connecting {
            if !is_connected(&self.stream)? {
                return Ok(());
            }
            self.ask()?;
        }
        loop {
            let read = match self.stream.read(buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            let mut rest = mem::take(&mut self.rest);
            rest.extend_from_slice(&buffer[..read]);
            let taken = self.take(&rest, seen)?;
            self.rest = rest[taken..].to_vec();
        }
    }

    fn ask(&mut self) -> io::Result<()> {
        let Group {
            filter,
            interval_ms,
            events,
        } = self.group;
        let events = if events { "&type=metrics:tick" } else { "" };
        let path = format!(
            "/metrics/stream?match={filter}&interval_ms={interval_ms}&type=metrics:snapshot&type=metrics:delta{events}"
        );
        self.step = Step::Asking;
        // a new connection has room for it
        self.stream.write_all(&websocket::handshake(&path, ""))
    }

    /// Takes all whole frames from the front; how many bytes that were.
    fn take(&mut self, bytes: &[u8], seen: &mut Seen) -> io::Result<usize> {
        let mut taken = 0;
        if self.step == Step::Asking {
            const END: &[u8] = b"\r\n\r\n";
            let Some(end) = bytes.windows(END.len()).position(|window| window == END) else {
                return Ok(0);
            };
            if !bytes.starts_with(b"HTTP/1.1 101") {
                return Err(io::Error::other(String::from_utf8_lossy(&bytes[..end])));
            }
            self.step = Step::Joining;
            taken = end + END.len();
        }
        while let Some((frame, len)) = websocket::split(&bytes[taken..]) {
            self.hear(frame, seen)?;
            taken += len;
        }
        Ok(taken)
    }

    fn hear(&mut self, frame: Frame<'_>, seen: &mut Seen) -> io::Result<()> {
        match frame.opcode {
            websocket::TEXT => {
                seen.frames += 1;
                self.hear_text(frame.payload, seen)
                    .map_err(io::Error::other)
            }
            websocket::PING => self.stream.write_all(&websocket::PONG),
            websocket::CLOSE => Err(io::Error::other(format!(
                "closed, {:?}",
                frame.close_code()
            ))),
            _ => Ok(()),
        }
    }

    fn hear_text(&mut self, payload: &[u8], seen: &mut Seen) -> Result<(), String> {
        let told = Told::read(payload).ok_or("a frame that is not of the protocol")?;
        if told.seq != self.seq {
            return Err(format!("frame {} where {} was due", told.seq, self.seq));
        }
        self.seq += 1;
        match told.kind {
            "snapshot" | "delta" => {
                self.known.learn(&told)?;
                if told.is_last_part() {
                    self.step = Step::Joined;
                }
            }
            "tick" => {
                seen.events += 1;
                let number = told
                    .value(r#""number":"#)
                    .ok_or("an event without its data")?;
                let number = number as u64;
                if let Some(due) = self.next_event
                    && due != number
                {
                    return Err(format!("event {number} where {due} was due"));
                }
                self.next_event = Some(number + 1);
            }
            "hello" | "heartbeat" => {}
            // nobody here is so slow, or asks for what there is not
            other => return Err(format!("a frame `{other}`: {}", told.text)),
        }
        Ok(())
    }
}
