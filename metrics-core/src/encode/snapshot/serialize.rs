//! How values look in JSON, by the rules of the stream protocol: numbers that JSON or a double cannot hold are strings.

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
