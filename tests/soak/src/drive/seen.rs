//! What the clients have seen until now, and what should not have been.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::faults::Fault;
use crate::exposed::Samples;
use crate::gone::Gone;

/// So many failures are told in full.
const MOST_TOLD: usize = 40;

/// After a fault so long is no quiet time.
const ECHO: Duration = Duration::from_secs(2);

/// A request that leaves later than this after its time is late by the driver's fault, and no measure of the server.
pub(super) const LATE: Duration = Duration::from_millis(20);

/// Shared by all connections.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Microseconds of scrapes in quiet and in faulty time.
    pub(crate) quiet: Vec<u32>,
    pub(crate) faulty: Vec<u32>,
    /// Answers to scrapes by status, but for those of floods.
    pub(crate) statuses: BTreeMap<u16, u64>,
    pub(crate) late_sends: u64,
    /// Requests that were sent again, because the server had closed an idle connection.
    pub(crate) sent_again: u64,
    pub(crate) faults: BTreeMap<Fault, u64>,
    pub(crate) frames: u64,
    pub(crate) events: u64,
    pub(crate) failures: u64,
    pub(crate) told: Vec<String>,
    /// The highest value of the counter that is watched.
    pub(super) highest: f64,
    pub(crate) gone: Gone,
    /// The newest scrape that was to be kept.
    pub(super) kept: Option<Result<Samples, String>>,
    last_fault: Option<Instant>,
}

impl Seen {
    /// Something is not as it must be. The run goes on, and fails in the end.
    pub(crate) fn fail(&mut self, what: String) {
        self.failures += 1;
        if self.told.len() < MOST_TOLD {
            eprintln!("  wrong: {what}");
            self.told.push(what);
        }
    }

    /// A fault begins, or goes on.
    pub(super) fn is_disturbed(&mut self) {
        self.last_fault = Some(Instant::now());
    }

    pub(crate) fn begins(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
        self.is_disturbed();
    }

    /// A scrape that was due then has been answered.
    pub(super) fn measure(&mut self, due: Instant) {
        let micros = due.elapsed().as_micros();
        let micros = u32::try_from(micros).unwrap_or(u32::MAX);
        let is_quiet = self.last_fault.is_none_or(|last| last + ECHO < due);
        let list = if is_quiet {
            &mut self.quiet
        } else {
            &mut self.faulty
        };
        list.push(micros);
    }
}
