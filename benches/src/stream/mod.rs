//! The stream rows: the real server in a process of its own over loopback, and its clients in this one.

mod clients;
mod crowd;
mod idle;
mod many_series;
mod served;
mod server;
mod state;
mod walked;

use crate::figures::{Figured, Figures};

/// The hidden argument with which the program serves in a process of its own.
pub(crate) const CHILD: &str = "--stream-server";

/// The rows' names.
pub(crate) mod row {
    pub(crate) const CLIENTS: &str = "stream clients";
    pub(crate) const SAMPLER: &str = "stream sampler";
    pub(crate) const IDLE: &str = "stream idle";
}

/// The names of the figures that have a target.
pub(crate) mod name {
    pub(crate) const ENCODINGS: &str = "encodings a tick";
    pub(crate) const MEMORY: &str = "memory a client, KB";
    pub(crate) const P99: &str = "delivery p99, ms";
    pub(crate) const MISSED: &str = "frames missed";
    pub(crate) const SAMPLER: &str = "the sampler's share of a core, %";
    pub(crate) const GROWTH: &str = "bytes a change, 100 changes to 1,000";
    pub(crate) const WALKS: &str = "walks without a client";
    pub(crate) const THREADS: &str = "threads that the last client leaves behind";
    pub(crate) const WAKEUPS: &str = "wakeups without a client, to those of actix-web alone";
}

/// How a row is measured.
type Measure = fn() -> Result<Figures, String>;

const ROWS: [(&str, Measure); 3] = [
    (row::CLIENTS, crowd::measure),
    (row::SAMPLER, many_series::measure),
    (row::IDLE, idle::measure),
];

/// Runs the rows that are `wanted`.
pub(crate) fn measure(wanted: impl Fn(&str) -> bool) -> Vec<Figured> {
    let mut measured = Vec::new();
    for (row, measure) in ROWS.into_iter().filter(|(row, _)| wanted(row)) {
        eprintln!("{row}");
        match measure() {
            Ok(figures) => measured.push(Figured { row, figures }),
            Err(reason) => eprintln!("  left out: {reason}"),
        }
    }
    measured
}

/// What the process that serves does: its arguments are how many series there are, and how many of them change. Without
/// arguments it is a web server that has nothing to serve.
pub(crate) fn run(arguments: &[String]) {
    let mut numbers = arguments.iter().filter_map(|text| text.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(series), Some(changing)) => served::run(series, changing),
        _ => served::run_bare(),
    }
}
