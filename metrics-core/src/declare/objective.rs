//! What is promised of a function's calls: `#[timed(slo(…))]`.

use core::time::Duration;

use super::{Descriptor, Source};

/// Objectives of a function, and what they are measured by.
#[derive(Clone, Copy, Debug)]
pub struct Objective {
    /// The function, as in the label `function`.
    pub function: &'static str,
    /// The module that it is in.
    pub module: &'static str,
    /// How fast most calls are to be.
    pub latency: &'static [Latency],
    /// How many calls are to go well.
    pub success: Option<Success>,
    /// The metrics that tell.
    pub measured: Measured,
    /// Where the function is.
    pub source: Source,
}

/// A share of all calls that takes less than so long: `p99 < "250ms"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Latency {
    /// The share, in percent: 99.
    pub percent: f64,
    /// The share that may be slower: 0.01, computed in decimals, so that it is printed as people write it.
    pub budget: f64,
    /// So long.
    pub threshold: Duration,
}

/// A share of all calls that goes well: `success > 99.9`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Success {
    /// The share, in percent: 99.9.
    pub percent: f64,
    /// The share that may fail: 0.001, computed in decimals.
    pub budget: f64,
}

/// Which metrics tell how the calls of a function go.
#[derive(Clone, Copy, Debug)]
pub enum Measured {
    /// `function_calls_total` and `function_duration_seconds`, with the labels `function` and `module`.
    Function,
    /// Families of sets that are registered by themselves: those of [`SetDescriptor::families`](super::SetDescriptor), to be
    /// found among the exposed ones by their [`source`](Descriptor::source).
    Families {
        /// The histogram, if the function has one.
        time: Option<&'static Descriptor>,
        /// The counter of calls, if it has one.
        calls: Option<&'static Descriptor>,
        /// The counter of calls that fail, if it has one.
        errors: Option<&'static Descriptor>,
    },
}
