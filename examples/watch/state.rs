//! What the server has said: families and series with their newest values, read once a tick.
//! It knows nothing of connections and terminals.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use crate::connection::News;
use crate::frame::{Delta, Family, Frame, Hello, Snapshot, Value};
use crate::reading::{History, Reading};

/// How the connection is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Link {
    Connecting,
    Live,
    Lost { why: String, until: Instant },
}

/// A series, its value, and how it is read.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) family: Rc<Family>,
    pub(crate) labels: Vec<String>,
    pub(crate) value: Value,
    pub(crate) reading: Reading,
    pub(crate) history: History,
    /// The value at the tick before.
    before: Value,
}

/// Everything that is known.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) link: Link,
    pub(crate) server: String,
    pub(crate) interval: Duration,
    /// By id, which is the order in which the server came to know them.
    pub(crate) series: BTreeMap<u64, Series>,
    /// How many ticks there have been since the snapshot.
    pub(crate) ticks: u64,
    families: HashMap<u64, Rc<Family>>,
    epoch: Option<String>,
    /// Whether the server is another process than at first.
    pub(crate) restarted: bool,
    /// The server's time at the newest tick, in Unix milliseconds, and ours.
    ticked: Option<(u64, Instant)>,
}

impl State {
    pub(crate) fn new() -> Self {
        Self {
            link: Link::Connecting,
            server: String::new(),
            interval: Duration::from_secs(1),
            series: BTreeMap::new(),
            ticks: 0,
            families: HashMap::new(),
            epoch: None,
            restarted: false,
            ticked: None,
        }
    }

    /// Takes in what the connection tells, at the time `now`.
    ///
    /// # Errors
    ///
    /// In a sentence, if there will be nothing more: the server refuses, or speaks another protocol.
    pub(crate) fn hear(&mut self, news: News, now: Instant) -> Result<(), String> {
        match news {
            News::Connecting => self.link = Link::Connecting,
            News::Lost { why, wait } => {
                self.link = Link::Lost {
                    why,
                    until: now + wait,
                }
            }
            News::Refused(why) => return Err(why),
            News::Frame(frame) => {
                let kind = frame.kind.clone();
                let read = self.frame(frame, now);
                read.map_err(|error| format!("{kind} cannot be read: {error}"))?;
            }
        }
        Ok(())
    }

    fn frame(&mut self, frame: Frame, now: Instant) -> serde_json::Result<()> {
        fn read<T: DeserializeOwned>(data: serde_json::Value) -> serde_json::Result<T> {
            serde_json::from_value(data)
        }
        match frame.kind.as_str() {
            "metrics:hello" => {
                let hello: Hello = read(frame.data)?;
                self.server = hello.server;
                self.interval = Duration::from_millis(hello.interval_ms);
                self.restarted |= self
                    .epoch
                    .as_ref()
                    .is_some_and(|known| *known != frame.epoch);
                self.epoch = Some(frame.epoch);
            }
            "metrics:snapshot" => {
                let snapshot: Snapshot = read(frame.data)?;
                if snapshot.part == 1 {
                    self.families.clear();
                    self.series.clear();
                    self.ticks = 0;
                }
                self.learn(snapshot.families, snapshot.series, frame.ts);
                if snapshot.last {
                    self.ticked = Some((frame.ts, now));
                    self.link = Link::Live;
                }
            }
            "metrics:delta" => {
                let delta: Delta = read(frame.data)?;
                for (id, value) in delta.values {
                    if let Some(series) = self.series.get_mut(&id) {
                        series.value = value;
                    }
                }
                for id in delta.removed {
                    self.series.remove(&id);
                }
                self.tick(frame.ts, now);
                self.learn(delta.families, delta.series, frame.ts);
            }
            // types that are not known are passed over
            _ => {}
        }
        Ok(())
    }

    fn learn(&mut self, families: Vec<Family>, series: Vec<crate::frame::Series>, ts: u64) {
        let families = families
            .into_iter()
            .map(|family| (family.id, Rc::new(family)));
        self.families.extend(families);
        for one in series {
            // a series without its family would be a fault of the server; there is nothing to show of it
            let Some(family) = self.families.get(&one.family) else {
                continue;
            };
            let mut series = Series {
                reading: Reading::first(&one.value, &family.bounds, family.grows()),
                family: Rc::clone(family),
                labels: one.labels,
                before: one.value.clone(),
                value: one.value,
                history: History::default(),
            };
            series.note(ts);
            self.series.insert(one.id, series);
        }
    }

    /// Reads every series anew, at this time of the server.
    fn tick(&mut self, ts: u64, now: Instant) {
        let elapsed = self
            .ticked
            .map_or(0, |(before, _)| ts.saturating_sub(before));
        // two frames within a moment are one tick: rates over less would be noise
        if Duration::from_millis(elapsed) < self.interval / 4 {
            return;
        }
        for series in self.series.values_mut() {
            series.advance(elapsed as f64 / 1000.0);
            series.note(ts);
        }
        self.ticked = Some((ts, now));
        self.ticks += 1;
    }

    /// Where nothing changes no frame comes, and rates are 0: a tick of our own, when the server's is overdue.
    pub(crate) fn tick_if_overdue(&mut self, now: Instant) {
        if let (Link::Live, Some((ts, ticked))) = (&self.link, self.ticked) {
            let silence = now.saturating_duration_since(ticked);
            if silence > self.interval * 3 / 2 {
                self.tick(ts + silence.as_millis() as u64, now);
            }
        }
    }

    /// The server's time at the newest tick, in Unix seconds.
    pub(crate) fn unix_time(&self) -> f64 {
        self.ticked.map_or(0.0, |(ts, _)| ts as f64 / 1000.0)
    }
}

impl Family {
    /// Whether its values only grow.
    fn grows(&self) -> bool {
        self.kind == "counter"
    }
}

impl Series {
    fn advance(&mut self, seconds: f64) {
        let Family { bounds, .. } = &*self.family;
        let grows = self.family.grows();
        self.reading
            .advance(&self.before, &self.value, bounds, grows, seconds);
        if self.before != self.value {
            self.before.clone_from(&self.value);
        }
    }

    fn note(&mut self, ts: u64) {
        self.history.push(ts / 1000, self.point());
    }

    /// What the sparkline shows, and what rows are sorted by: the rate of what has one, else the value.
    pub(crate) fn point(&self) -> f64 {
        match (self.reading.rate, &self.value) {
            (Some(rate), _) => rate,
            (None, Value::Number(number)) => *number,
            (None, _) => 0.0,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
