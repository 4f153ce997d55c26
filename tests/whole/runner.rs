//! How a property of cases is run: from a seed that is printed, and again and again where a race is to be made small.

use std::cell::Cell;
use std::str::FromStr;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::case::Case;
use super::expected::Checked;
use super::random::{Texts, cases};

/// A race shows in some of so many runs.
const RUNS_TO_SHRINK: usize = 5;

/// Fails with the least case for which `property` does not hold; it is told how often to try what is left to chance.
#[track_caller]
pub(crate) fn holds(
    count: u32,
    texts: Texts,
    acts: usize,
    property: impl Fn(&Case, usize) -> Checked,
) {
    let seed = from_environment("WHOLE_SEED").unwrap_or_else(|| {
        let since = std::time::UNIX_EPOCH.elapsed();
        since.map_or(0, |since| since.as_nanos() as u64)
    });
    println!("WHOLE_SEED={seed}");
    let mut runner = TestRunner::new(Config {
        cases: from_environment("WHOLE_CASES").unwrap_or(count),
        rng_seed: RngSeed::Fixed(seed),
        // the seed is printed, and nothing is written into the source tree
        failure_persistence: None,
        // milliseconds; a smaller case is not worth a longer wait
        max_shrink_time: 20_000,
        max_shrink_iters: 100_000,
        ..Config::default()
    });
    let (times, tried) = (Cell::new(1), Cell::new(0));
    let result = runner.run(&cases(texts, acts), |case| {
        let shrinking = Shrinking(&times);
        tried.set(tried.get() + u32::from(times.get() == 1));
        property(&case, times.get()).map_err(TestCaseError::fail)?;
        std::mem::forget(shrinking);
        Ok(())
    });
    if let Err(failure) = result {
        let tried = tried.get();
        panic!("case {tried} of WHOLE_SEED={seed}: {failure}");
    }
}

#[track_caller]
fn from_environment<N: FromStr>(name: &str) -> Option<N> {
    let text = std::env::var(name).ok()?;
    let number = text.parse().ok();
    Some(number.unwrap_or_else(|| panic!("{name} is `{text}`, and not a number")))
}

/// When the first case has failed, or panicked, what follows makes it smaller.
struct Shrinking<'t>(&'t Cell<usize>);

impl Drop for Shrinking<'_> {
    fn drop(&mut self) {
        self.0.set(RUNS_TO_SHRINK);
    }
}
