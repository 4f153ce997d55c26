//! The loop: what is due is begun, what is ready goes on.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use fastrand::Rng;
use metrics_load::connect::Connect;
use mio::event::Source as _;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::client::Client;
use super::crowd;
use super::faults::{self, Deed, Fault};
use super::scraper::{Ask, Next, Scraper};
use super::scrapes;
use super::script::Scripted;
use super::seen::Seen;
use crate::exposed::{Format, Samples};
use crate::plan::Plan;

/// So many connections are kept for scrapes; and one of so many scrapes comes on a new one.
const KEPT: usize = 16;
const ON_NEW: u64 = 10;

/// So many stream clients at once ask to be let in: fewer than the server's queue of connections holds.
const ASKING: usize = 50;

/// As many scrapes as the server has under way at once, and how often that is before the load.
const MOST_SCRAPES: usize = 40;
const HEATS: usize = 5;

/// How often the clock is looked at for those who wait for it.
const SWEEP: Duration = Duration::from_millis(50);

/// Where scrapers come from.
const SCRAPER: Ipv4Addr = Ipv4Addr::new(127, 3, 0, 1);

/// A connection.
#[derive(Debug)]
enum Peer {
    Scraper(Scraper),
    Client(Client),
    Scripted(Scripted),
}

/// All connections to a server.
pub(crate) struct Drive {
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
    server: SocketAddr,
    /// By their tokens; the free ones are used again.
    peers: Vec<Option<Peer>>,
    free: Vec<usize>,
    seen: Seen,
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

    /// Lets so many stream clients join, until all have their snapshot.
    pub(crate) fn join(
        &mut self,
        number: usize,
        rng: &mut Rng,
        patience: Duration,
    ) -> Result<(), String> {
        let start = Instant::now();
        let mut begun = 0;
        while self.clients().filter(|client| client.is_joined()).count() < number {
            let asking = self.clients().filter(|client| !client.has_been_let_in());
            let room = ASKING.saturating_sub(asking.count()).min(number - begun);
            for _ in 0..room {
                let (group, pause) = crowd::of(begun, rng);
                let stream = Connect::from(crowd::address(begun)).to(self.server);
                let stream = stream.map_err(|error| format!("a client cannot connect: {error}"))?;
                self.add(Peer::Client(Client::new(stream, group, pause)))?;
                begun += 1;
            }
            if start.elapsed() > patience || self.seen.failures > 0 {
                let joined = self.clients().filter(|client| client.is_joined()).count();
                return Err(format!("{joined} of {number} clients have joined"));
            }
            self.turn(SWEEP)?;
        }
        Ok(())
    }

    /// Has as much under way as ever can be, some times: the heap of the server has its size then.
    pub(crate) fn heat(&mut self) -> Result<(), String> {
        for _ in 0..HEATS {
            for number in 0..MOST_SCRAPES {
                self.scrape_on_new(scrapes::of_heat(number), false)?;
            }
            self.finish()?;
        }
        Ok(())
    }

    /// Puts on the load of the plan. `each_second` is called with the number of the second, and `tell` with what the
    /// process that serves is to do.
    pub(crate) fn load(
        &mut self,
        plan: &Plan,
        mut each_second: impl FnMut(u64, &mut Seen),
        mut tell: impl FnMut(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        let start = Instant::now();
        let (mut of_scrapes, mut of_faults) = (plan.rng(1), plan.rng(2));
        let (mut number, mut second) = (0, 0);
        while start.elapsed() < plan.load {
            while plan.due(number) <= start.elapsed() {
                let due = start + plan.due(number);
                let ask = scrapes::ask(due, &mut of_scrapes);
                self.scrape(ask)?;
                number += 1;
            }
            if Duration::from_secs(second) <= start.elapsed() {
                each_second(second, &mut self.seen);
                if let Some(place) = plan.faults_at(second) {
                    for deed in faults::deeds(place, Plan::cycle(second), &mut of_faults) {
                        self.begin(deed, &mut tell)?;
                    }
                }
                second += 1;
            }
            let next = start + plan.due(number);
            self.turn(next.saturating_duration_since(Instant::now()))?;
        }
        Ok(())
    }

    fn begin(
        &mut self,
        deed: Deed,
        tell: &mut impl FnMut(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        match deed {
            Deed::Connect(script) => {
                self.seen.begins(script.fault);
                let stream = script.connect.to(self.server);
                let stream = stream.map_err(|error| format!("{:?}: {error}", script.fault))?;
                self.add(Peer::Scripted(Scripted::new(stream, *script)))?;
            }
            Deed::Scrapes(number) => {
                self.seen.begins(Fault::ScrapeFlood);
                for _ in 0..number {
                    self.scrape_on_new(scrapes::of_flood(Instant::now()), false)?;
                }
            }
            Deed::Tell(fault, line) => {
                self.seen.begins(fault);
                tell(line)?;
            }
        }
        Ok(())
    }

    /// Goes on until all faults and scrapes have ended; they have deadlines.
    pub(crate) fn finish(&mut self) -> Result<(), String> {
        let is_under_way = |peer: &Peer| match peer {
            Peer::Scripted(_) => true,
            Peer::Scraper(scraper) => !scraper.is_idle(),
            Peer::Client(_) => false,
        };
        while self.peers.iter().flatten().any(is_under_way) {
            self.turn(SWEEP)?;
        }
        Ok(())
    }

    /// Goes on until every stream client knows these samples, of the families that it has asked for.
    pub(crate) fn converge(
        &mut self,
        expected: &Samples,
        patience: Duration,
    ) -> Result<(), String> {
        let start = Instant::now();
        for peer in self.peers.iter_mut().flatten() {
            if let Peer::Client(client) = peer {
                client.hurry();
            }
        }
        loop {
            let differ = |client: &Client| difference(client, expected);
            let Some(difference) = self.clients().find_map(differ) else {
                return Ok(());
            };
            if start.elapsed() > patience {
                self.seen.fail(difference);
                return Ok(());
            }
            let turn = Instant::now();
            while turn.elapsed() < Duration::from_millis(500) {
                self.turn(SWEEP)?;
            }
        }
    }

    /// The samples of a scrape.
    pub(crate) fn samples(&mut self, format: Format, everything: bool) -> Result<Samples, String> {
        self.scrape(scrapes::to_keep(format, everything))?;
        loop {
            self.turn(SWEEP)?;
            if let Some(kept) = self.seen.kept.take() {
                return kept;
            }
        }
    }

    /// Closes all connections.
    pub(crate) fn leave(&mut self) {
        self.peers.clear();
        self.free.clear();
    }

    fn clients(&self) -> impl Iterator<Item = &Client> {
        self.peers.iter().flatten().filter_map(|peer| match peer {
            Peer::Client(client) => Some(client),
            _ => None,
        })
    }

    /// Sends a request, on a connection that is kept, or on a new one if it is its turn or none is idle.
    fn scrape(&mut self, ask: Ask) -> Result<(), String> {
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

    fn scrape_on_new(&mut self, ask: Ask, is_kept: bool) -> Result<(), String> {
        let stream = Connect::from(SCRAPER).to(self.server);
        let stream = stream.map_err(|error| format!("a scraper cannot connect: {error}"))?;
        self.add(Peer::Scraper(Scraper::new(stream, is_kept, ask)))
    }

    fn add(&mut self, mut peer: Peer) -> Result<(), String> {
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
    fn turn(&mut self, wait: Duration) -> Result<(), String> {
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

/// What a client does not know of what it should.
fn difference(client: &Client, expected: &Samples) -> Option<String> {
    let known = client.known().samples();
    let filter = client.group.filter.trim_end_matches('*');
    let mut wanted = expected.iter().filter(|(name, _)| name.starts_with(filter));
    let (name, value) = wanted.find(|(name, value)| known.get(*name) != Some(*value))?;
    let knows = known.get(name);
    Some(format!(
        "a stream client of {filter} knows {knows:?} of {name}, which is {value}"
    ))
}
