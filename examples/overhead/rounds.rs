//! The runs, which take turns, and what they have in common: medians, because no machine is quiet.
//! `child` makes one run; `report` prints what is found here.

use std::error::Error;
use std::time::Duration;

use super::service::Measured;
use super::{Run, child};

/// Odd, so that a median is one of the runs.
pub(super) const ROUNDS: usize = 5;

/// What all runs of a kind measured.
#[derive(Default)]
pub(super) struct Runs(Vec<Measured>);

/// A figure of several runs.
pub(super) struct Figure {
    pub(super) least: f64,
    pub(super) median: f64,
    pub(super) most: f64,
}

pub(super) struct Rounds {
    pub(super) without: Runs,
    pub(super) with: Runs,
    pub(super) scraped: Runs,
}

/// Has them all run, one at a time. In turns, so that a machine that becomes slower does so for all.
pub(super) fn take(length: Duration) -> Result<Rounds, Box<dyn Error>> {
    let mut rounds = Rounds {
        without: Runs::default(),
        with: Runs::default(),
        scraped: Runs::default(),
    };
    for _ in 0..ROUNDS {
        for (run, runs) in [
            (Run::Without, &mut rounds.without),
            (Run::With, &mut rounds.with),
            (Run::Scraped, &mut rounds.scraped),
        ] {
            runs.0.push(child::measure(run, length)?);
        }
    }
    Ok(rounds)
}

impl Runs {
    pub(super) fn figure(&self, of: impl Fn(&Measured) -> f64) -> Figure {
        let mut values: Vec<f64> = self.0.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        Figure {
            least: at(0),
            median: at(values.len() / 2),
            most: at(values.len().saturating_sub(1)),
        }
    }
}
