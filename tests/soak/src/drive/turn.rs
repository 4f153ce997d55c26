//! The loop: what is due is begun, what is ready goes on.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use metrics_load::connect::Connect;
use mio::event::Source as _;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::client::Client;
use super::scraper::{Ask, Next, Scraper};
use super::script::Scripted;
use super::seen::Seen;

/// So many connections are kept for scrapes; and one of so many scrapes comes on a new one.
const KEPT: usize = 16;
const ON_NEW: u64 = 10;

/// How often the clock is looked at for those who wait for it.
pub(super) const SWEEP: Duration = Duration::from_millis(50);

/// Where scrapers come from.
const SCRAPER: Ipv4Addr = Ipv4Addr::new(127, 3, 0, 1);

/// A connection.
#[derive(Debug)]
pub(super) enum Peer {
    Scraper(Scraper),
    Client(Client),
    Scripted(Scripted),
}

/// All connections to a server.
pub(crate) struct Drive {
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
    pub(super) server: SocketAddr,
    /// By their tokens; the free ones are used again.
    pub(super) peers: Vec<Option<Peer>>,
    free: Vec<usize>,
    pub(super) seen: Seen,
    swept: Instant,
    asked: u64,
}

impl Drive {
    pub(crate) fn of(server: SocketAddr) -> Result<Self, String> {
        Ok(Self {
            poll: Poll::new().map_err(|error| error.to_string())?,
            events: Events::with_capacity(1024),
            buffer: vec![0; 256 * 1024],
            server,
            peers: Vec::new(),
            free: Vec::new(),
            seen: Seen::default(),
            swept: Instant::now(),
            asked: 0,
        })
    }

    pub(crate) fn seen(&mut self) -> &mut Seen {
        &mut self.seen
    }

    /// Closes all connections.
    pub(crate) fn leave(&mut self) {
        self.peers.clear();
        self.free.clear();
    }

    pub(super) fn clients(&self) -> impl Iterator<Item = &Client> {
        self.peers.iter().flatten().filter_map(|peer| match peer {
            Peer::Client(client) => Some(client),
            _ => None,
        })
    }

    /// Sends a request, on a connection that is kept, or on a new one if it is its turn or none is idle.
    pub(super) fn scrape(&mut self, ask: Ask) -> Result<(), String> {
        self.asked += 1;
        let kept = self
            .peers
            .iter()
            .enumerate()
            .filter_map(|(place, peer)| match peer {
                Some(Peer::Scraper(scraper)) if scraper.is_kept => Some((place, scraper)),
                _ => None,
            });
        let kept: Vec<_> = kept.collect();
        let number = kept.len();
        let idle = kept.into_iter().filter(|(_, scraper)| scraper.is_idle());
        // the one that has been idle for longest, so that none is until the server closes it
        let idle = idle.min_by_key(|(_, scraper)| scraper.last_used);
        let place = idle.map(|(place, _)| place);
        if self.asked.is_multiple_of(ON_NEW) {
            return self.scrape_on_new(ask, false);
        }
        if number < KEPT {
            return self.scrape_on_new(ask, true);
        }
        let Some(place) = place else {
            return self.scrape_on_new(ask, false);
        };
        if let Some(Peer::Scraper(scraper)) = self.peers.get_mut(place).and_then(Option::as_mut) {
            let next = scraper.ask(ask, &mut self.seen, &mut self.buffer);
            self.after(place, next)?;
        }
        Ok(())
    }

    pub(super) fn scrape_on_new(&mut self, ask: Ask, is_kept: bool) -> Result<(), String> {
        let stream = Connect::from(SCRAPER).to(self.server);
        let stream = stream.map_err(|error| format!("a scraper cannot connect: {error}"))?;
        self.add(Peer::Scraper(Scraper::new(stream, is_kept, ask)))
    }

    pub(super) fn add(&mut self, mut peer: Peer) -> Result<(), String> {
        let place = self.free.pop().unwrap_or_else(|| {
            self.peers.push(None);
            self.peers.len() - 1
        });
        let interest = Interest::READABLE | Interest::WRITABLE;
        let registered = source(&mut peer).register(self.poll.registry(), Token(place), interest);
        registered.map_err(|error| error.to_string())?;
        self.peers[place] = Some(peer);
        Ok(())
    }

    fn after(&mut self, place: usize, next: Next) -> Result<(), String> {
        match next {
            Next::Stays => Ok(()),
            Next::Ends => {
                self.end(place);
                Ok(())
            }
            Next::Again(ask) => {
                self.end(place);
                self.scrape_on_new(ask, false)
            }
        }
    }

    fn end(&mut self, place: usize) {
        if self.peers.get_mut(place).and_then(Option::take).is_some() {
            self.free.push(place);
        }
    }

    /// Waits at most so long for something to happen, and takes it.
    pub(super) fn turn(&mut self, wait: Duration) -> Result<(), String> {
        let wait = wait.min(SWEEP);
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error.to_string()),
            _ => {}
        }
        let ready: Vec<usize> = self.events.iter().map(|event| event.token().0).collect();
        for place in ready {
            self.ready(place)?;
        }
        if self.swept.elapsed() >= SWEEP {
            self.sweep()?;
        }
        Ok(())
    }

    /// Those for whom the time has come.
    fn sweep(&mut self) -> Result<(), String> {
        self.swept = Instant::now();
        let now = self.swept;
        for place in 0..self.peers.len() {
            let is_due = match &mut self.peers[place] {
                Some(Peer::Client(client)) => client.is_due(now),
                Some(Peer::Scripted(scripted)) => scripted.is_due(now),
                Some(Peer::Scraper(scraper)) if scraper.is_overdue(now) => {
                    scraper.gives_up(&mut self.seen);
                    self.end(place);
                    false
                }
                _ => false,
            };
            if is_due {
                self.ready(place)?;
            }
        }
        Ok(())
    }

    /// A connection goes on.
    fn ready(&mut self, place: usize) -> Result<(), String> {
        let (seen, buffer) = (&mut self.seen, self.buffer.as_mut_slice());
        let stays = match self.peers.get_mut(place).and_then(Option::as_mut) {
            Some(Peer::Scraper(scraper)) => {
                let next = scraper.ready(seen, buffer);
                return self.after(place, next);
            }
            Some(Peer::Client(client)) => client.ready(seen, buffer),
            Some(Peer::Scripted(scripted)) => scripted.ready(seen, buffer),
            // it has ended in this turn
            None => true,
        };
        if !stays {
            self.end(place);
        }
        Ok(())
    }
}

fn source(peer: &mut Peer) -> &mut TcpStream {
    match peer {
        Peer::Scraper(scraper) => &mut scraper.stream,
        Peer::Client(client) => &mut client.stream,
        Peer::Scripted(scripted) => &mut scripted.stream,
    }
}
