//! A connection for scrapes: one request at a time, and its answer checked.

use std::io::{self, ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use metrics_load::connect::is_connected;
use metrics_load::http::Answer;
use mio::net::TcpStream;

use super::seen::{LATE, Seen};
use crate::exposed::{Coding, Format};

/// The counter without labels that must never fall.
const WATCHED: &str = "soak_energy_joules_total";

/// A scrape ends within this, whatever happens beside it: twice what the server promises.
const WITHIN: Duration = Duration::from_secs(60);

/// What a scrape asks for.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) due: Instant,
    pub(super) format: Format,
    pub(super) coding: Coding,
    /// All families, the large one too. What has ended is shown to these until one of them has it.
    pub(super) everything: bool,
    pub(super) purpose: Purpose,
    /// Whether a compressed body is unpacked and looked at.
    pub(super) is_unpacked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// One of so many a second.
    Load,
    /// One of many at once: refused or served, and no measure.
    Flood,
    /// Its samples are wanted.
    Keep,
}

impl Ask {
    fn request(&self) -> Vec<u8> {
        // so long does a hanging collector hold it
        let timeout = if self.everything { 20 } else { 2 };
        let (path, accept) = (self.format.path(self.everything), self.format.accept());
        let coding = self.coding.name();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nAccept-Encoding: {coding}\r\n\
             X-Prometheus-Scrape-Timeout-Seconds: {timeout}\r\n\r\n"
        );
        request.into_bytes()
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Scraper {
    pub(super) stream: TcpStream,
    /// Whether it stays for another request.
    pub(super) is_kept: bool,
    is_connected: bool,
    answered: u64,
    pub(super) last_used: Instant,
    under_way: Option<UnderWay>,
}

#[derive(Debug)]
struct UnderWay {
    ask: Ask,
    answer: Answer,
    sent: Option<Instant>,
    /// What the watched counter was when the request left.
    floor: f64,
}

/// What is to become of a connection.
#[derive(Debug)]
pub(super) enum Next {
    Stays,
    Ends,
    /// It had ended before the request came; it is to be sent on another.
    Again(Ask),
}

impl Scraper {
    /// A new connection with its first request.
    pub(super) fn new(stream: TcpStream, is_kept: bool, ask: Ask) -> Self {
        let mut scraper = Self {
            stream,
            is_kept,
            is_connected: false,
            answered: 0,
            last_used: Instant::now(),
            under_way: None,
        };
        scraper.take(ask);
        scraper
    }

    pub(super) fn is_idle(&self) -> bool {
        self.under_way.is_none()
    }

    fn take(&mut self, ask: Ask) {
        self.under_way = Some(UnderWay {
            ask,
            answer: Answer::default(),
            sent: None,
            floor: 0.0,
        });
    }

    /// Asks on a connection that is there.
    pub(super) fn ask(&mut self, ask: Ask, seen: &mut Seen, buffer: &mut [u8]) -> Next {
        self.take(ask);
        self.ready(seen, buffer)
    }

    pub(super) fn ready(&mut self, seen: &mut Seen, buffer: &mut [u8]) -> Next {
        self.last_used = Instant::now();
        match self.go_on(seen, buffer) {
            Ok(true) if !self.is_kept && self.is_idle() => Next::Ends,
            Ok(true) => Next::Stays,
            // closed by the server, as it may when nothing is under way
            Ok(false) if self.under_way.is_none() => Next::Ends,
            Ok(false) => self.broken(seen, "the server closed"),
            Err(error) => self.broken(seen, &error),
        }
    }

    fn broken(&mut self, seen: &mut Seen, why: &str) -> Next {
        match self.under_way.take() {
            Some(under_way) if under_way.answer.is_empty() && self.answered > 0 => {
                seen.sent_again += 1;
                Next::Again(under_way.ask)
            }
            Some(UnderWay { ask, answer, .. }) => {
                let (format, len) = (ask.format, answer.len());
                seen.fail(format!("a scrape of {format:?} after {len} bytes: {why}"));
                if ask.purpose == Purpose::Keep {
                    seen.kept = Some(Err(why.to_owned()));
                }
                Next::Ends
            }
            None => Next::Ends,
        }
    }

    /// `false` at the end of the connection.
    fn go_on(&mut self, seen: &mut Seen, buffer: &mut [u8]) -> Result<bool, String> {
        let told = |error: io::Error| error.to_string();
        if !self.is_connected {
            self.is_connected = is_connected(&self.stream).map_err(told)?;
            if !self.is_connected {
                return Ok(true);
            }
        }
        if let Some(under_way) = &mut self.under_way
            && under_way.sent.is_none()
        {
            // a connection on which nothing is under way has room for it
            let request = under_way.ask.request();
            self.stream.write_all(&request).map_err(told)?;
            under_way.sent = Some(Instant::now());
            under_way.floor = seen.highest;
        }
        loop {
            let read = match self.stream.read(buffer) {
                Ok(0) => return Ok(false),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error.to_string()),
            };
            let Some(under_way) = &mut self.under_way else {
                return Err("an answer that nobody asked for".to_owned());
            };
            if under_way.answer.take(&buffer[..read])?
                && let Some(under_way) = self.under_way.take()
            {
                self.answered += 1;
                under_way.answered(seen);
            }
        }
    }

    /// Its answer has not come in time.
    pub(super) fn gives_up(&mut self, seen: &mut Seen) {
        self.answered = 0;
        self.broken(seen, "it has no end");
    }

    pub(super) fn is_overdue(&self, now: Instant) -> bool {
        let under_way = self.under_way.as_ref();
        under_way.is_some_and(|under_way| now > under_way.ask.due + WITHIN)
    }
}

impl UnderWay {
    fn answered(self, seen: &mut Seen) {
        let Self { ask, answer, .. } = &self;
        let status = answer.status().unwrap_or_default();
        let sent = self.sent.unwrap_or(ask.due);
        if ask.purpose == Purpose::Load {
            *seen.statuses.entry(status).or_default() += 1;
            if sent > ask.due + LATE {
                seen.late_sends += 1;
            } else if status == 200 {
                seen.measure(ask.due);
            }
        }
        let checked = match status {
            200 => self.check(seen),
            503 if answer.head_has("retry-after: ") => Ok(()),
            _ => Err(format!("status {status}")),
        };
        if let Err(why) = &checked {
            seen.fail(format!("a scrape of {:?}: {why}", ask.format));
        }
        if ask.purpose == Purpose::Keep && (status != 200 || checked.is_err()) {
            seen.kept = Some(Err(format!("status {status}, {checked:?}")));
        }
    }

    fn check(&self, seen: &mut Seen) -> Result<(), String> {
        let Ask {
            format,
            coding,
            everything,
            purpose,
            is_unpacked,
            ..
        } = self.ask;
        let encoding = format!("content-encoding: {}", coding.name());
        if coding != Coding::Identity && !self.answer.head_has(&encoding) {
            return Err(format!("it is not compressed with {}", coding.name()));
        }
        if !is_unpacked {
            return Ok(());
        }
        let body = coding.decode(self.answer.body())?;
        let value = format.sample(&body, WATCHED)?;
        if value < self.floor {
            let before = self.floor;
            return Err(format!("{WATCHED} has fallen from {before} to {value}"));
        }
        seen.highest = seen.highest.max(value);
        // what has ended is shown to these for the last time
        if everything || purpose == Purpose::Keep {
            let samples = format.read(&body)?;
            if everything {
                seen.gone.see(&samples);
            }
            if purpose == Purpose::Keep {
                seen.kept = Some(Ok(samples));
            }
        }
        Ok(())
    }
}
