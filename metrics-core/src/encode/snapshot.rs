//! The whole state as a value: families with their series, owned, to compare, to keep, or to serialize.
//! With the feature `serde` it serializes by the rules of the stream protocol.

use std::ops::ControlFlow;

use crate::declare::Kind;
use crate::gather::{FamilyView, SeriesView, Visitor};
use crate::register::Registry;
use crate::update::{Buckets, Number, Value};

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

impl ValueSnapshot {
    /// The value as the walk showed it.
    pub fn as_value(&self) -> Value<'_> {
        match self {
            Self::Number(number) => Value::Number(*number),
            Self::Histogram {
                bounds,
                cumulative,
                count,
                sum,
            } => Value::Histogram(Buckets::new(bounds, cumulative, *count, *sum)),
            Self::Summary {
                quantiles,
                count,
                sum,
            } => Value::Summary(crate::Quantiles {
                quantiles,
                count: *count,
                sum: *sum,
            }),
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
            let pairs = series.pairs();
            family.series.push(SeriesSnapshot {
                labels: pairs
                    .map(|(name, value)| (name.to_owned(), value.into_owned()))
                    .collect(),
                value: series.point.value.into(),
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

    use super::{Buckets, Kind, Number, Value, ValueSnapshot};

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
            match self.as_value() {
                Value::Number(number) => map.serialize_entry("value", &number)?,
                Value::Histogram(buckets) => histogram(&mut map, &buckets)?,
                Value::Summary(summary) => {
                    map.serialize_entry("count", &Number::Unsigned(summary.count))?;
                    map.serialize_entry("sum", &Number::Float(summary.sum))?;
                    let pairs = summary.quantiles.iter();
                    let pairs = pairs.map(|(q, v)| [Number::Float(*q), Number::Float(*v)]);
                    map.serialize_entry("quantiles", &pairs.collect::<Vec<_>>())?;
                }
            }
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
        for (name, q) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)] {
            map.serialize_entry(name, &Number::Float(buckets.quantile(q)))?;
        }
        Ok(())
    }

    pub(super) fn labels<S: Serializer>(
        labels: &[(String, String)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(labels.iter().map(|(name, value)| (name, value)))
    }
}
