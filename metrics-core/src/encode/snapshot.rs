//! The whole state as a value: families with their series, owned, to compare, to keep, or to serialize.
//! With the feature `serde` it serializes by the rules of the stream protocol.

#[cfg(feature = "serde")]
mod serialize;

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::declare::Kind;
use crate::gather::{FamilyView, SeriesView, Visitor};
use crate::register::Registry;
use crate::update::{Buckets, Exemplar, NativeBuckets, Number, Quantiles, Value};

/// Every family of a registry at the time of one gather.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Snapshot {
    /// The families, in the order of their names.
    pub families: Vec<FamilySnapshot>,
}

/// A family and its series.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct FamilySnapshot {
    /// The name, as in the text exposition.
    pub name: String,
    /// The kind.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: Kind,
    /// The unit, or nothing.
    pub unit: String,
    /// What the metric means.
    pub help: String,
    /// Its series.
    pub series: Vec<SeriesSnapshot>,
}

/// A series.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SeriesSnapshot {
    /// Label names and values, the constant labels first.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::labels"))]
    pub labels: Vec<(String, String)>,
    /// The value.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub value: ValueSnapshot,
    /// Single updates, told with what caused them.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "<[_]>::is_empty"))]
    pub exemplars: Vec<ExemplarSnapshot>,
}

/// One update of many, with labels that say what caused it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ExemplarSnapshot {
    /// Label names and values, such as `trace_id`.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::labels"))]
    pub labels: Vec<(String, String)>,
    /// What was observed, or added.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::float"))]
    pub value: f64,
    /// When, in milliseconds since 1970.
    #[cfg_attr(feature = "serde", serde(rename = "ts"))]
    pub millis: u64,
}

impl From<&Exemplar<'_>> for ExemplarSnapshot {
    fn from(exemplar: &Exemplar<'_>) -> Self {
        Self {
            labels: owned(exemplar.labels.pairs()),
            value: exemplar.value,
            millis: exemplar.millis,
        }
    }
}

fn owned<'a>(pairs: impl Iterator<Item = (&'a str, Cow<'a, str>)>) -> Vec<(String, String)> {
    pairs
        .map(|(name, value)| (name.to_owned(), value.into_owned()))
        .collect()
}

/// A value of a series.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ValueSnapshot {
    /// Of a counter or a gauge.
    Number(Number),
    /// Of a histogram.
    Histogram {
        /// The upper bounds, without `+Inf`.
        bounds: Vec<f64>,
        /// For each bound, how many observations were at most that large.
        cumulative: Vec<u64>,
        /// How many observations there were.
        count: u64,
        /// Their sum.
        sum: f64,
        /// The same observations in native buckets.
        native: Option<NativeSnapshot>,
    },
    /// Of a summary.
    Summary {
        /// Pairs of quantile and value.
        quantiles: Vec<(f64, f64)>,
        /// How many observations there were.
        count: u64,
        /// Their sum.
        sum: f64,
    },
}

/// The native buckets of a histogram, as [`NativeBuckets`] has them.
///
/// As JSON it is `{"schema": …, "zero_threshold": …, "buckets": […]}`, with a bucket `{"from": …, "to": …, "count": …}` for
/// each that holds anything, from below, the zero bucket among them; the counts are not cumulative.
#[derive(Clone, Debug, PartialEq)]
pub struct NativeSnapshot {
    /// How fine they are.
    pub schema: i32,
    /// What is at most so far from 0 is in the zero bucket.
    pub zero_threshold: f64,
    /// How many observations are there.
    pub zero_count: u64,
    /// The number of each bucket above 0, growing, and how many observations it holds.
    pub positive: Vec<(i32, u64)>,
    /// The same of those below 0.
    pub negative: Vec<(i32, u64)>,
}

impl NativeSnapshot {
    /// The same, borrowed.
    pub fn as_buckets(&self) -> NativeBuckets<'_> {
        NativeBuckets::empty(self.schema, self.zero_threshold).counts(
            self.zero_count,
            &self.positive,
            &self.negative,
        )
    }
}

impl From<&NativeBuckets<'_>> for NativeSnapshot {
    fn from(native: &NativeBuckets<'_>) -> Self {
        Self {
            schema: native.schema,
            zero_threshold: native.zero_threshold,
            zero_count: native.zero_count,
            positive: native.positive.to_vec(),
            negative: native.negative.to_vec(),
        }
    }
}

impl ValueSnapshot {
    /// Calls `see` with the value as the walk showed it.
    pub fn with_value<R>(&self, see: impl FnOnce(&Value<'_>) -> R) -> R {
        match self {
            Self::Number(number) => see(&Value::Number(*number)),
            Self::Histogram {
                bounds,
                cumulative,
                count,
                sum,
                native,
            } => {
                let buckets = Buckets::new(bounds, cumulative, *count, *sum);
                match native.as_ref().map(NativeSnapshot::as_buckets) {
                    Some(native) => see(&Value::Histogram(buckets.native(&native))),
                    None => see(&Value::Histogram(buckets)),
                }
            }
            Self::Summary {
                quantiles,
                count,
                sum,
            } => see(&Value::Summary(Quantiles {
                quantiles,
                count: *count,
                sum: *sum,
            })),
        }
    }
}

impl From<Value<'_>> for ValueSnapshot {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Number(number) => Self::Number(number),
            Value::Histogram(buckets) => Self::Histogram {
                bounds: buckets.bounds.to_vec(),
                cumulative: buckets.cumulative.to_vec(),
                count: buckets.count,
                sum: buckets.sum,
                native: buckets.native.map(NativeSnapshot::from),
            },
            Value::Summary(summary) => Self::Summary {
                quantiles: summary.quantiles.to_vec(),
                count: summary.count,
                sum: summary.sum,
            },
        }
    }
}

impl Visitor for Snapshot {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.families.push(FamilySnapshot {
            name: family.name.to_owned(),
            kind: family.kind,
            unit: family.unit.to_owned(),
            help: family.help.to_owned(),
            series: Vec::new(),
        });
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        if let Some(family) = self.families.last_mut() {
            let point = series.point;
            family.series.push(SeriesSnapshot {
                labels: owned(series.pairs()),
                value: point.value.into(),
                exemplars: point.exemplars.iter().map(Into::into).collect(),
            });
        }
        ControlFlow::Continue(())
    }
}

impl Registry {
    /// The state of every series.
    ///
    /// ```
    /// use metrics_core::{Registry, Snapshot};
    ///
    /// assert_eq!(Registry::new().snapshot(), Snapshot::default());
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        // this visitor never breaks off
        let _ = self.gather(&mut snapshot);
        snapshot
    }
}
