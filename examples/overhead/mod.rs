//! What the metrics of `prometheus_demo` cost: the same traffic with and without them, side by side.
//! `rounds` starts children that take turns, `child` is one of them as its parent sees it, `service` what it does,
//! `traffic` what it measures, `process` where the figures are from, and `report` prints.

mod child;
mod process;
mod report;
mod rounds;
mod service;
mod traffic;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::ValueEnum;

#[derive(clap::Args)]
pub(crate) struct OverheadOptions {
    /// Measure what the metrics cost at 100,000 updates a second, print it, and end; needs Linux
    #[arg(long)]
    overhead: bool,

    /// Seconds that each run of `--overhead` takes, of which there are 15
    #[arg(long, value_name = "N", default_value = "2", value_parser = length)]
    overhead_seconds: Duration,

    /// What a child of `--overhead` is to do
    #[arg(long, hide = true)]
    overhead_run: Option<Run>,
}

/// What a child does beside the traffic.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Run {
    /// Updates nothing.
    Without,
    /// Updates metrics.
    With,
    /// Updates metrics, serves them, and is scraped once a second.
    Scraped,
}

impl Run {
    fn metered(self) -> bool {
        self != Self::Without
    }
}

impl OverheadOptions {
    /// Measures, if that is what was asked for; returns how that ended.
    pub(crate) fn measure(&self) -> Option<ExitCode> {
        let ended = match self.overhead_run {
            Some(run) => service::run(run, self.overhead_seconds),
            None if self.overhead => measure(self.overhead_seconds),
            None => return None,
        };
        Some(match ended {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("cannot measure the overhead: {error}");
                ExitCode::FAILURE
            }
        })
    }
}

fn measure(length: Duration) -> Result<(), Box<dyn Error>> {
    // before half a minute has passed
    process::cpu()?;
    process::peak_memory()?;
    let rounds = rounds::take(length)?;
    report::print(&rounds, length)?;
    Ok(())
}

/// The length of a run. Not too long, for a child whose parent is killed goes on to its end.
fn length(seconds: &str) -> Result<Duration, String> {
    let seconds: f64 = seconds.parse().map_err(|_| "not a number".to_owned())?;
    if (0.1..=60.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("must be from 0.1 to 60".to_owned())
    }
}
