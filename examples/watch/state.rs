//! What the server has said: families and series with their newest values, read once a tick.
//! It knows nothing of connections and terminals.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::time::Instant;

use serde::de::{DeserializeOwned, Error};

use crate::connection::News;
use crate::frame::{Delta, Family, Frame, Hello, Number, Performance, Snapshot, Value};
use crate::reading::{History, Reading};

/// The version of the protocol that is understood.
const PROTOCOL: u64 = 1;

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
}

/// Everything that is known.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) link: Link,
    /// By id, which is the order in which the server came to know them.
    pub(crate) series: BTreeMap<u64, Series>,
    /// How many intervals there have been since the snapshot.
    pub(crate) ticks: u64,
    families: HashMap<u64, Rc<Family>>,
    epoch: Option<String>,
    /// Whether the server is another process than at first.
    pub(crate) restarted: bool,
    /// The server's time at the newest tick, in Unix milliseconds.
    ticked: Option<u64>,
}

impl State {
    pub(crate) fn new() -> Self {
        Self {
            link: Link::Connecting,
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
                let read = self.frame(frame);
                read.map_err(|error| format!("{kind} cannot be read: {error}"))?;
            }
        }
        Ok(())
    }

    fn frame(&mut self, frame: Frame) -> serde_json::Result<()> {
        fn read<T: DeserializeOwned>(data: serde_json::Value) -> serde_json::Result<T> {
            serde_json::from_value(data)
        }
        match frame.kind.as_str() {
            "metrics:hello" => {
                let hello: Hello = read(frame.data)?;
                if hello.protocol != PROTOCOL {
                    let version = hello.protocol;
                    return Err(Error::custom(format!(
                        "the protocol is of version {version}, and this client of version {PROTOCOL}"
                    )));
                }
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
                    self.ticked = None;
                }
                self.learn(snapshot.families, snapshot.series);
                if snapshot.last {
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
                self.learn(delta.families, delta.series);
            }
            // it comes every interval, behind the delta, also where nothing has changed
            "metrics:performance" => self.tick(&read(frame.data)?, frame.ts),
            // types that are not known are passed over
            _ => {}
        }
        Ok(())
    }

    fn learn(&mut self, families: Vec<Family>, series: Vec<crate::frame::Series>) {
        let families = families
            .into_iter()
            .map(|family| (family.id, Rc::new(family)));
        self.families.extend(families);
        for one in series {
            // a series without its family would be a fault of the server; there is nothing to show of it
            let Some(family) = self.families.get(&one.family) else {
                continue;
            };
            let series = Series {
                family: Rc::clone(family),
                labels: one.labels,
                value: one.value,
                reading: Reading::default(),
                history: History::default(),
            };
            self.series.insert(one.id, series);
        }
    }

    /// Reads every series anew, at this time of the server.
    fn tick(&mut self, performance: &Performance, ts: u64) {
        let elapsed = self.ticked.map_or(0, |before| ts.saturating_sub(before));
        for (id, series) in &mut self.series {
            let rate = performance.rates.get(id).map(|Number(rate)| *rate);
            let quantiles = performance.quantiles.get(id).copied();
            let seconds = elapsed as f64 / 1000.0;
            series
                .reading
                .advance(&series.value, rate, quantiles, seconds);
            series.history.push(ts / 1000, series.point());
        }
        self.ticks += u64::from(elapsed > 0);
        self.ticked = Some(ts);
    }

    /// The server's time at the newest tick, in Unix seconds.
    pub(crate) fn unix_time(&self) -> f64 {
        self.ticked.map_or(0.0, |ts| ts as f64 / 1000.0)
    }
}

impl Series {
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
