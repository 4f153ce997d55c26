//! What the driver does, one after the other: lets clients join, heats, loads, and looks what everybody knows in the end.

use std::time::{Duration, Instant};

use fastrand::Rng;
use metrics_load::connect::Connect;

use super::client::Client;
use super::crowd;
use super::faults::{self, Deed, Fault};
use super::scrapes;
use super::script::Scripted;
use super::seen::Seen;
use super::turn::{Drive, Peer, SWEEP};
use crate::exposed::{Format, Samples};
use crate::plan::Plan;

/// So many stream clients at once ask to be let in: fewer than the server's queue of connections holds.
const ASKING: usize = 50;

/// As many scrapes as the server has under way at once, and how often that is before the load.
const MOST_SCRAPES: usize = 40;
const HEATS: usize = 5;

impl Drive {
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
