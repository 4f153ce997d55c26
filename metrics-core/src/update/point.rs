//! What a child reads as when it is gathered: its labels, its value, since when it counts, and examples of what it
//! counted. OpenMetrics calls it a metric point.

use super::labels::Labels;
use super::number::Number;

/// What is read of one child at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Point<'a> {
    /// The labels of the series, without constant ones.
    pub labels: Labels<'a>,
    /// Its value.
    pub value: Value<'a>,
    /// When the series began to count, in milliseconds since 1970; 0 where that is not known.
    pub created_millis: u64,
    /// Single updates, told with what caused them: of a counter at most one, of a histogram at most one a bucket, and of
    /// one that is native alone at most ten, whatever their buckets.
    pub exemplars: &'a [Exemplar<'a>],
}

impl<'a> Point<'a> {
    /// A value with these labels.
    #[inline]
    pub const fn new(labels: Labels<'a>, value: Value<'a>) -> Self {
        Self {
            labels,
            value,
            created_millis: 0,
            exemplars: &[],
        }
    }

    /// The same that has counted since so many milliseconds after 1970.
    #[must_use]
    pub const fn created(self, created_millis: u64) -> Self {
        Self {
            created_millis,
            ..self
        }
    }

    /// The same with these exemplars.
    #[must_use]
    pub const fn exemplars(self, exemplars: &'a [Exemplar<'a>]) -> Self {
        Self { exemplars, ..self }
    }
}

/// One update of many, with labels that say what caused it: mostly the id of a trace.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Exemplar<'a> {
    /// Labels such as `trace_id`; together at most 128 characters, by the rule of OpenMetrics.
    pub labels: Labels<'a>,
    /// What was observed, or added.
    pub value: f64,
    /// When, in milliseconds since 1970.
    pub millis: u64,
}

impl<'a> Exemplar<'a> {
    /// An update of this value at so many milliseconds after 1970.
    pub const fn new(labels: Labels<'a>, value: f64, millis: u64) -> Self {
        Self {
            labels,
            value,
            millis,
        }
    }
}

/// The value of a child.
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
    /// The upper bounds, growing, without `+Inf`; none for a histogram that is native alone.
    pub bounds: &'a [f64],
    /// For each bound, how many observations were at most that large.
    pub cumulative: &'a [u64],
    /// How many observations there were.
    pub count: u64,
    /// The sum of the observations.
    pub sum: f64,
    /// The same observations in native buckets; `None` for a histogram without them.
    pub native: Option<&'a NativeBuckets<'a>>,
}

impl<'a> Buckets<'a> {
    /// A histogram with these bounds (growing, without `+Inf`) and counts, of which there is one for each bound.
    pub const fn new(bounds: &'a [f64], cumulative: &'a [u64], count: u64, sum: f64) -> Self {
        Self {
            bounds,
            cumulative,
            count,
            sum,
            native: None,
        }
    }

    /// The same with native buckets, whose counts add up to `count`.
    #[must_use]
    pub const fn native(self, native: &'a NativeBuckets<'a>) -> Self {
        Self {
            native: Some(native),
            ..self
        }
    }
}

/// Native buckets as read: their bounds are powers of one factor, `2^(2^-schema)`, and only those that hold anything
/// are there.
///
/// The bucket `i` of the positive ones holds what is above `factor^(i-1)` and at most `factor^i`; the negative ones
/// are their mirror image. Source: the comments of `Histogram` in `client_model`, `metrics.proto`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct NativeBuckets<'a> {
    /// How fine they are: -4 (a factor of 65,536) to 8 (a factor of 1.0027).
    pub schema: i32,
    /// What is at most so far from 0 is in the zero bucket.
    pub zero_threshold: f64,
    /// How many observations are there.
    pub zero_count: u64,
    /// The number of each bucket above 0, growing, and how many observations it holds.
    pub positive: &'a [(i32, u64)],
    /// The same of those below 0.
    pub negative: &'a [(i32, u64)],
}

impl<'a> NativeBuckets<'a> {
    /// Buckets of this schema, none of which holds anything.
    pub const fn empty(schema: i32, zero_threshold: f64) -> Self {
        Self {
            schema,
            zero_threshold,
            zero_count: 0,
            positive: &[],
            negative: &[],
        }
    }

    /// The same with these counts.
    #[must_use]
    pub const fn counts(
        self,
        zero_count: u64,
        positive: &'a [(i32, u64)],
        negative: &'a [(i32, u64)],
    ) -> Self {
        Self {
            zero_count,
            positive,
            negative,
            ..self
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
