//! The whole state as a value: families with their series, owned, to compare, to keep, or to serialize.
//! With the feature `serde` it serializes by the rules of the stream protocol.

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
    fn as_buckets(&self) -> NativeBuckets<'_> {
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

/// How values look in JSON: numbers that JSON or a double cannot hold are strings.
#[cfg(feature = "serde")]
mod serialize {
    use serde::ser::{Serialize, SerializeMap, Serializer};

    use super::{Buckets, Kind, NativeBuckets, Number, Value, ValueSnapshot};

    /// Up to here every integer is a double.
    const EXACT: u64 = 1 << 53;

    impl Serialize for Kind {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self.as_str())
        }
    }

    impl Serialize for Number {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match *self {
                Self::Unsigned(n) if n <= EXACT => serializer.serialize_u64(n),
                Self::Unsigned(n) => serializer.collect_str(&n),
                Self::Signed(n) if n.unsigned_abs() <= EXACT => serializer.serialize_i64(n),
                Self::Signed(n) => serializer.collect_str(&n),
                Self::Float(n) if n.is_nan() => serializer.serialize_str("NaN"),
                Self::Float(f64::INFINITY) => serializer.serialize_str("+Inf"),
                Self::Float(f64::NEG_INFINITY) => serializer.serialize_str("-Inf"),
                Self::Float(n) => serializer.serialize_f64(n),
            }
        }
    }

    /// One bucket, as people read it.
    struct Bucket {
        le: f64,
        count: u64,
    }

    impl Serialize for Bucket {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(2))?;
            map.serialize_entry("le", &Number::Float(self.le))?;
            map.serialize_entry("count", &Number::Unsigned(self.count))?;
            map.end()
        }
    }

    /// `value`, or the parts of a histogram with its estimated quantiles.
    impl Serialize for ValueSnapshot {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            self.with_value(|value| match value {
                Value::Number(number) => map.serialize_entry("value", &number),
                Value::Histogram(buckets) => histogram(&mut map, buckets),
                Value::Summary(summary) => {
                    map.serialize_entry("count", &Number::Unsigned(summary.count))?;
                    map.serialize_entry("sum", &Number::Float(summary.sum))?;
                    let pairs = summary.quantiles.iter();
                    let pairs = pairs.map(|(q, v)| [Number::Float(*q), Number::Float(*v)]);
                    map.serialize_entry("quantiles", &pairs.collect::<Vec<_>>())
                }
            })?;
            map.end()
        }
    }

    fn histogram<M: SerializeMap>(map: &mut M, buckets: &Buckets<'_>) -> Result<(), M::Error> {
        map.serialize_entry("count", &Number::Unsigned(buckets.count))?;
        map.serialize_entry("sum", &Number::Float(buckets.sum))?;
        let bounds = buckets.bounds.iter().copied().chain([f64::INFINITY]);
        let counts = buckets.cumulative.iter().copied().chain([buckets.count]);
        let pairs = bounds.zip(counts).map(|(le, count)| Bucket { le, count });
        map.serialize_entry("buckets", &pairs.collect::<Vec<_>>())?;
        if let Some(native) = buckets.native {
            map.serialize_entry("native", &Native(native))?;
        }
        for (name, q) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)] {
            map.serialize_entry(name, &Number::Float(buckets.quantile(q)))?;
        }
        Ok(())
    }

    struct Native<'n>(&'n NativeBuckets<'n>);

    impl Serialize for Native<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(3))?;
            map.serialize_entry("schema", &self.0.schema)?;
            map.serialize_entry("zero_threshold", &Number::Float(self.0.zero_threshold))?;
            let ranges: Vec<_> = self.0.ranges().map(Range).collect();
            map.serialize_entry("buckets", &ranges)?;
            map.end()
        }
    }

    /// A native bucket.
    struct Range((f64, f64, u64));

    impl Serialize for Range {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let (from, to, count) = self.0;
            let mut map = serializer.serialize_map(Some(3))?;
            map.serialize_entry("from", &Number::Float(from))?;
            map.serialize_entry("to", &Number::Float(to))?;
            map.serialize_entry("count", &Number::Unsigned(count))?;
            map.end()
        }
    }

    pub(super) fn float<S: Serializer>(n: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        Number::Float(*n).serialize(serializer)
    }

    pub(super) fn labels<S: Serializer>(
        labels: &[(String, String)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(labels.iter().map(|(name, value)| (name, value)))
    }
}
