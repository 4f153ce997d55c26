//! Clients of the stream, all on one thread: they read what they are sent, and note when it came.

use std::io::{self, ErrorKind, Read, Write};
use std::mem;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use metrics_load::connect::is_connected;
use metrics_load::told::Told;
use metrics_load::websocket;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::served::{FAMILIES, unix_time};
use super::walked::Walked;

/// So many at once ask to be let in: fewer than the server's queue of connections holds.
const ASKING: usize = 100;

/// The longest wait for something to happen, before the clock is looked at.
const TURN: Duration = Duration::from_millis(100);

/// A delta as one client got it.
#[derive(Clone, Copy)]
pub(super) struct Delivery {
    /// When the walk was that it tells of, in seconds of Unix time.
    pub(super) walked: f64,
    /// Seconds from then until the client had read it.
    pub(super) late: f64,
    pub(super) bytes: usize,
}

/// What all clients have got since [`Clients::forget`].
#[derive(Default)]
pub(super) struct Heard {
    pub(super) deltas: Vec<Delivery>,
    /// Frames whose number did not follow that of the one before.
    pub(super) gaps: usize,
    pub(super) resyncs: usize,
}

impl Heard {
    /// How many walks there were of which any client was told.
    pub(super) fn walks(&self) -> usize {
        let mut walks: Vec<u64> = self.deltas.iter().map(|d| d.walked.to_bits()).collect();
        walks.sort_unstable();
        walks.dedup();
        walks.len()
    }
}

pub(super) struct Clients {
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
    address: SocketAddr,
    all: Vec<Client>,
    common: Common,
}

/// What all clients share.
#[derive(Default)]
struct Common {
    /// How many have not been let in yet, and how many have their snapshot.
    asking: usize,
    joined: usize,
    walked: Walked,
    /// The newest walk, and how many clients know it.
    newest: f64,
    know_newest: usize,
    heard: Heard,
}

struct Client {
    stream: TcpStream,
    step: Step,
    /// The beginning of a frame.
    rest: Vec<u8>,
    /// The number that its next frame must have.
    seq: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Connecting,
    Asking,
    /// Let in, without a whole snapshot.
    Joining,
    Joined,
}

impl Clients {
    /// Nobody yet, of the server at this address.
    pub(super) fn of(address: SocketAddr) -> Result<Self, String> {
        Ok(Self {
            poll: Poll::new().map_err(|error| error.to_string())?,
            events: Events::with_capacity(1024),
            buffer: vec![0; 256 * 1024],
            address,
            all: Vec::new(),
            common: Common::default(),
        })
    }

    /// Lets so many join, until all have their snapshot; how long that took.
    pub(super) fn join(&mut self, number: usize, patience: Duration) -> Result<Duration, String> {
        let start = Instant::now();
        while self.common.joined < number {
            while self.all.len() < number && self.common.asking < ASKING {
                self.connect()
                    .map_err(|error| format!("a client could not connect: {error}"))?;
            }
            if start.elapsed() > patience {
                let joined = self.common.joined;
                return Err(format!(
                    "{joined} of {number} clients had joined after {patience:?}"
                ));
            }
            self.turn(TURN)?;
        }
        Ok(start.elapsed())
    }

    /// Listens for so long, and then until all clients know a newer walk than the newest.
    pub(super) fn listen(&mut self, time: Duration, patience: Duration) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < time {
            self.turn(time.saturating_sub(start.elapsed()))?;
        }
        let before = self.common.newest;
        while self.common.newest == before || self.common.know_newest < self.all.len() {
            if start.elapsed() > time + patience {
                let (know, all) = (self.common.know_newest, self.all.len());
                return Err(format!(
                    "{know} of {all} clients know the newest walk after {patience:?}"
                ));
            }
            self.turn(TURN)?;
        }
        Ok(())
    }

    pub(super) fn heard(&self) -> &Heard {
        &self.common.heard
    }

    pub(super) fn forget(&mut self) {
        self.common.heard = Heard::default();
    }

    fn connect(&mut self) -> io::Result<()> {
        let mut stream = TcpStream::connect(self.address)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        let token = Token(self.all.len());
        self.poll
            .registry()
            .register(&mut stream, token, interest)?;
        self.common.asking += 1;
        self.all.push(Client {
            stream,
            step: Step::Connecting,
            rest: Vec::new(),
            seq: 0,
        });
        Ok(())
    }

    /// Waits at most so long for something to happen, and takes it.
    fn turn(&mut self, wait: Duration) -> Result<(), String> {
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error.to_string()),
            _ => {}
        }
        for event in &self.events {
            let Token(place) = event.token();
            if let Some(client) = self.all.get_mut(place) {
                client
                    .go_on(&mut self.common, &mut self.buffer)
                    .map_err(|error| format!("client {place}: {error}"))?;
            }
        }
        Ok(())
    }
}

impl Client {
    /// Does what its connection is ready for; an error ends the row, as no connection should end.
    fn go_on(&mut self, common: &mut Common, buffer: &mut [u8]) -> io::Result<()> {
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
            let now = unix_time();
            if self.rest.is_empty() {
                let taken = self.take(&buffer[..read], now, common)?;
                self.rest.extend_from_slice(&buffer[taken..read]);
            } else {
                let mut rest = mem::take(&mut self.rest);
                rest.extend_from_slice(&buffer[..read]);
                let taken = self.take(&rest, now, common)?;
                // what was kept for a snapshot is more than a client needs
                self.rest = rest[taken..].to_vec();
            }
            // there was no more
            if read < buffer.len() {
                return Ok(());
            }
        }
    }

    /// Asks to be let in, for the families that are measured.
    fn ask(&mut self) -> io::Result<()> {
        let request = websocket::handshake(&format!("/metrics/stream?match={FAMILIES}"), "");
        self.step = Step::Asking;
        // a new connection has room for it
        self.stream.write_all(&request)
    }

    /// Takes all whole frames from the front; how many bytes that were.
    fn take(&mut self, bytes: &[u8], now: f64, common: &mut Common) -> io::Result<usize> {
        let mut taken = 0;
        if self.step == Step::Asking {
            const END: &[u8] = b"\r\n\r\n";
            let Some(end) = bytes.windows(END.len()).position(|window| window == END) else {
                return Ok(0);
            };
            let answer = &bytes[..end];
            if !answer.starts_with(b"HTTP/1.1 101") {
                return Err(io::Error::other(String::from_utf8_lossy(answer)));
            }
            self.step = Step::Joining;
            common.asking -= 1;
            taken = end + END.len();
        }
        while let Some((frame, len)) = websocket::split(&bytes[taken..]) {
            match frame.opcode {
                websocket::TEXT => self.hear(frame.payload, now, common)?,
                websocket::PING => self.stream.write_all(&websocket::PONG)?,
                websocket::CLOSE => return Err(io::Error::other("the server closed")),
                _ => {}
            }
            taken += len;
        }
        Ok(taken)
    }

    fn hear(&mut self, payload: &[u8], now: f64, common: &mut Common) -> io::Result<()> {
        let told = Told::read(payload);
        let told = told.ok_or_else(|| io::Error::other("a frame is not of the protocol"))?;
        common.heard.gaps += usize::from(told.seq != self.seq);
        self.seq = told.seq + 1;
        common.walked.learn(&told);
        match told.kind {
            "snapshot" if self.step == Step::Joining && told.is_last_part() => {
                self.step = Step::Joined;
                common.joined += 1;
            }
            "delta" => {
                if let Some(walked) = common.walked.key().and_then(|key| told.value(key)) {
                    common.told_of(walked);
                    common.heard.deltas.push(Delivery {
                        walked,
                        late: now - walked,
                        bytes: payload.len(),
                    });
                }
            }
            "resync" => common.heard.resyncs += 1,
            _ => {}
        }
        Ok(())
    }
}

impl Common {
    /// A client knows this walk.
    fn told_of(&mut self, walked: f64) {
        if walked > self.newest {
            (self.newest, self.know_newest) = (walked, 0);
        }
        self.know_newest += usize::from(walked == self.newest);
    }
}
