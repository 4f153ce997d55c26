//! Living values: what a user's code touches on its hot path.
//! Built from the descriptors of `declare`; read by `gather`. Cells know no family, families no registry.

mod cell;
mod clock;
mod counter;
mod family;
mod field;
mod gauge;
mod histogram;
mod info;
mod labels;
mod number;
mod open;
mod prometheus_field;
mod reading;
#[cfg(feature = "testing")]
mod scope;
mod search;
mod state_set;
mod sync;
pub(crate) mod timed;

pub use counter::{Counter, CounterChild};
pub use field::{Metric, MetricField, ReadField};
pub use gauge::{Gauge, GaugeChild, GaugeGuard, OwnedGaugeGuard};
pub use histogram::{Histogram, HistogramChild};
pub use info::Info;
pub use labels::{LabelPairs, LabelText, Labels};
pub use number::{CounterValue, GaugeValue, HistogramValue, Number};
pub use state_set::StateSet;
pub(crate) use state_set::state_label;
pub use timed::Timer;

#[cfg(feature = "testing")]
pub(crate) use clock::ScopeClock;
pub(crate) use prometheus_field::with_proto_value;
#[cfg(feature = "testing")]
pub(crate) use scope::{World, enter};
pub(crate) use timed::{TimedFunction, function_families};

/// What a child reads as when it is gathered.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A counter, a gauge, an info, a state, or a sample of unknown kind.
    Number(Number),
    /// A histogram.
    Histogram(Buckets<'a>),
    /// A summary; only families of the `prometheus` crate have one.
    Summary(Quantiles<'a>),
}

/// A histogram as read.
///
/// An observation that happens while the histogram is read may be in the sum and not in the buckets, or the other
/// way round; `count` is always that of the buckets.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Buckets<'a> {
    /// The upper bounds, growing, without `+Inf`.
    pub bounds: &'a [f64],
    /// For each bound, how many observations were at most that large.
    pub cumulative: &'a [u64],
    /// How many observations there were.
    pub count: u64,
    /// The sum of the observations.
    pub sum: f64,
}

impl<'a> Buckets<'a> {
    /// A histogram with these bounds (growing, without `+Inf`) and counts, of which there is one for each bound.
    pub const fn new(bounds: &'a [f64], cumulative: &'a [u64], count: u64, sum: f64) -> Self {
        Self {
            bounds,
            cumulative,
            count,
            sum,
        }
    }
}

/// A summary as read.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Quantiles<'a> {
    /// Pairs of quantile (0 to 1) and value.
    pub quantiles: &'a [(f64, f64)],
    /// How many observations there were.
    pub count: u64,
    /// The sum of the observations.
    pub sum: f64,
}
