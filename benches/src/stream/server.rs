//! The server as the rows see it: what it changes, and how its process stands.

use std::net::SocketAddr;

use metrics_load::child::Served;

use super::state::State;
use super::{CHILD, served};

/// It is killed when this is dropped.
pub(super) struct Server(Served);

impl Server {
    /// Starts one with so many series, of which so many change.
    pub(super) fn start(series: usize, changing: usize) -> Result<Self, String> {
        let [series, changing] = [series, changing].map(|number| number.to_string());
        Served::start(&[CHILD, &series, &changing]).map(Self)
    }

    /// Starts one without metrics.
    pub(super) fn start_bare() -> Result<Self, String> {
        Served::start(&[CHILD]).map(Self)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.0.address()
    }

    /// How its process stands.
    pub(super) fn state(&mut self) -> Result<State, String> {
        let line = self.0.ask(served::STATE)?;
        State::parse(&line).ok_or_else(|| format!("no state: {line}"))
    }

    /// Lets so many series change from now on.
    pub(super) fn change(&mut self, number: usize) -> Result<(), String> {
        self.0
            .ask(&format!("{} {number}", served::CHANGE))
            .map(drop)
    }
}
