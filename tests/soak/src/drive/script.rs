//! A connection on which something is done wrong, and what the server must make of it.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use metrics_load::connect::{Connect, is_connected};
use metrics_load::http::Answer;
use metrics_load::websocket;
use mio::net::TcpStream;

use super::faults::Fault;
use super::seen::Seen;

/// What a client does.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub(super) fault: Fault,
    pub(super) connect: Connect,
    /// What it sends first.
    pub(super) sends: Vec<u8>,
    /// A byte at a time, so far apart, instead of all at once.
    pub(super) trickle: Option<Duration>,
    /// What it sends when it has been let in to the stream.
    pub(super) then: Vec<u8>,
    pub(super) reads: Reads,
    pub(super) expects: Expects,
    /// By when that must be.
    pub(super) within: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// As it comes.
    All,
    /// Nothing at all, so that only the server can end it.
    Nothing,
    /// What is there, and then nothing for so long.
    Slowly(Duration),
    /// So many bytes, and then it goes.
    Only(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expects {
    /// An answer with one of these.
    Status(&'static [u16]),
    /// A close frame with this code.
    Close(u16),
    /// A reset, with all that the client had not taken; or 503 to begin with.
    Reset,
    /// Nothing: it goes by itself.
    Nothing,
}

/// How the answer to one too many begins.
const REFUSED: &[u8] = b"HTTP/1.1 503";

/// One such connection.
#[derive(Debug)]
pub(super) struct Scripted {
    pub(super) stream: TcpStream,
    script: Script,
    began: Instant,
    is_connected: bool,
    sent: usize,
    next_byte: Instant,
    next_read: Instant,
    was_let_in: bool,
    answer: Answer,
    frames: Vec<u8>,
    received: usize,
    close: Option<u16>,
}

impl Scripted {
    pub(super) fn new(stream: TcpStream, script: Script) -> Self {
        let now = Instant::now();
        Self {
            stream,
            script,
            began: now,
            is_connected: false,
            sent: 0,
            next_byte: now,
            next_read: now,
            was_let_in: false,
            answer: Answer::default(),
            frames: Vec::new(),
            received: 0,
            close: None,
        }
    }

    /// `false` when it is over, as it must be or not.
    pub(super) fn ready(&mut self, seen: &mut Seen, buffer: &mut [u8]) -> bool {
        let over = self.go_on(buffer);
        let over = match over {
            Ok(false) if self.began.elapsed() > self.script.within => {
                Err(format!("it goes on after {:?}", self.script.within))
            }
            over => over,
        };
        match over {
            Ok(is_over) => !is_over,
            Err(why) => {
                let Script { fault, expects, .. } = &self.script;
                let status = self.answer.status();
                seen.fail(format!(
                    "{fault:?}: {why}; expected {expects:?}, status {status:?}, close {:?}",
                    self.close
                ));
                false
            }
        }
    }

    /// Whether the clock has something to do with it.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        let waits = self.began + self.script.within < now;
        let trickles = self.script.trickle.is_some() && self.next_byte <= now;
        let reads = match self.script.reads {
            Reads::Nothing => true,
            Reads::Slowly(_) => self.next_read <= now,
            Reads::All | Reads::Only(_) => false,
        };
        waits || trickles || reads
    }

    /// `true` when what was expected has come.
    fn go_on(&mut self, buffer: &mut [u8]) -> Result<bool, String> {
        if !self.is_connected {
            match is_connected(&self.stream) {
                Ok(false) => return Ok(false),
                Ok(true) => self.is_connected = true,
                Err(error) => return Err(format!("no connection: {error}")),
            }
        }
        if self.send().is_err() {
            return self.ended();
        }
        match self.script.reads {
            Reads::Nothing => return self.is_reset(buffer),
            Reads::Slowly(_) if Instant::now() < self.next_read => return Ok(false),
            Reads::Slowly(pause) => self.next_read = Instant::now() + pause,
            Reads::Only(0) if self.is_all_sent() => return Ok(true),
            _ => {}
        }
        loop {
            let read = match self.stream.read(buffer) {
                Ok(0) => return self.ended(),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(_) => return self.ended(),
            };
            if self.take(&buffer[..read])? {
                return Ok(true);
            }
        }
    }

    /// Whether the server has let it go, or has never let it in. Nothing is taken of what was sent.
    fn is_reset(&self, buffer: &mut [u8]) -> Result<bool, String> {
        let error = self
            .stream
            .take_error()
            .map_err(|error| error.to_string())?;
        let begin = self.stream.peek(&mut buffer[..REFUSED.len()]);
        Ok(error.is_some() || begin.is_ok_and(|len| buffer[..len] == *REFUSED))
    }

    fn is_all_sent(&self) -> bool {
        self.sent >= self.script.sends.len()
    }

    /// Sends what the connection takes, and what is due.
    fn send(&mut self) -> std::io::Result<()> {
        while let rest = &self.script.sends[self.sent..]
            && !rest.is_empty()
        {
            let piece = match self.script.trickle {
                Some(_) if Instant::now() < self.next_byte => return Ok(()),
                Some(apart) => {
                    self.next_byte = Instant::now() + apart;
                    &rest[..1]
                }
                None => rest,
            };
            match self.stream.write(piece) {
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8]) -> Result<bool, String> {
        let Script { reads, expects, .. } = self.script;
        self.received += bytes.len();
        if self.was_let_in {
            self.frames.extend_from_slice(bytes);
        } else if self.answer.take(bytes)? {
            match (self.answer.status(), expects) {
                (Some(101), Expects::Close(_) | Expects::Nothing) => {
                    self.was_let_in = true;
                    self.frames = self.answer.rest().to_vec();
                    let more = std::mem::take(&mut self.script.then);
                    self.script.sends.extend(more);
                    if self.send().is_err() {
                        return self.ended();
                    }
                }
                (Some(status), Expects::Status(good)) if good.contains(&status) => {
                    return if status == 503 && !self.answer.head_has("retry-after: ") {
                        Err("503 without Retry-After".to_owned())
                    } else {
                        Ok(true)
                    };
                }
                (Some(503), Expects::Nothing) => return Ok(true),
                _ => return Err("another answer".to_owned()),
            }
        }
        let enough = match reads {
            Reads::Only(bytes) => self.received >= bytes,
            _ => false,
        };
        Ok(self.reads_close() || enough)
    }

    /// Whether the close that is expected has come.
    fn reads_close(&mut self) -> bool {
        let mut taken = 0;
        while let Some((frame, len)) = websocket::split(&self.frames[taken..]) {
            self.close = self.close.or(frame.close_code());
            taken += len;
        }
        self.frames.drain(..taken);
        self.close.is_some()
            && matches!(self.script.expects, Expects::Close(code) if self.close == Some(code))
    }

    /// The server has ended it.
    fn ended(&mut self) -> Result<bool, String> {
        match self.script.expects {
            // a byte that crosses the answer is answered by a reset, which may take the answer with it
            Expects::Status(_) if self.script.trickle.is_some() => Ok(true),
            _ => Err("the server has ended it".to_owned()),
        }
    }
}
