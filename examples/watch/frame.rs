//! The frames of the stream that this client reads, as `metrics_server::stream_protocol` has them.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};

/// The envelope.
#[derive(Debug, Deserialize)]
pub(crate) struct Frame {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) seq: u64,
    pub(crate) epoch: String,
    pub(crate) ts: u64,
    pub(crate) data: serde_json::Value,
}

/// Of `metrics:hello`, what is used.
#[derive(Debug, Deserialize)]
pub(crate) struct Hello {
    pub(crate) protocol: u64,
}

/// `metrics:snapshot`, one part.
#[derive(Debug, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) part: u64,
    pub(crate) last: bool,
    pub(crate) families: Vec<Family>,
    pub(crate) series: Vec<Series>,
}

/// `metrics:delta`.
#[derive(Debug, Deserialize)]
pub(crate) struct Delta {
    pub(crate) values: HashMap<u64, Value>,
    pub(crate) families: Vec<Family>,
    pub(crate) series: Vec<Series>,
    pub(crate) removed: Vec<u64>,
}

/// `metrics:performance`.
#[derive(Debug, Deserialize)]
pub(crate) struct Performance {
    pub(crate) rates: HashMap<u64, Number>,
    pub(crate) quantiles: HashMap<u64, Quantiles>,
}

/// Of the four, what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct Quantiles {
    #[serde(deserialize_with = "number")]
    pub(crate) p50: f64,
    #[serde(deserialize_with = "number")]
    pub(crate) p99: f64,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Family {
    pub(crate) id: u64,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) unit: String,
    pub(crate) help: String,
    pub(crate) labels: Vec<String>,
    pub(crate) source: Option<String>,
    pub(crate) package: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Series {
    pub(crate) id: u64,
    pub(crate) family: u64,
    pub(crate) labels: Vec<String>,
    pub(crate) value: Value,
}

/// The value of a series. All numbers are `f64` here: nobody reads the last digits of 2^53.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Value {
    Summary {
        #[serde(deserialize_with = "number")]
        count: f64,
        quantiles: Vec<(Number, Number)>,
    },
    /// The buckets are left to the server, which estimates quantiles of them.
    Histogram {
        #[serde(deserialize_with = "number")]
        count: f64,
    },
    #[serde(deserialize_with = "number")]
    Number(f64),
}

/// A number, or the text for one that JSON does not have; Rust reads `+Inf` and `NaN` as they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number(pub(crate) f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Number(f64),
            Text(String),
        }
        match Raw::deserialize(deserializer)? {
            Raw::Number(number) => Ok(Self(number)),
            Raw::Text(text) => text.parse().map(Self).map_err(serde::de::Error::custom),
        }
    }
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Number::deserialize(deserializer).map(|Number(number)| number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_as_the_protocol_writes_them() {
        let read = |value| serde_json::from_value::<Value>(value).expect("a value");
        assert_eq!(read(json!(1.5)), Value::Number(1.5));
        assert_eq!(read(json!("-Inf")), Value::Number(f64::NEG_INFINITY));
        assert_eq!(
            read(json!("18446744073709551615")),
            Value::Number(u64::MAX as f64)
        );
        let histogram = Value::Histogram { count: 3.0 };
        assert_eq!(
            read(json!({"count": 3, "sum": "+Inf", "buckets": [1, 2]})),
            histogram
        );
        let summary = Value::Summary {
            count: 3.0,
            quantiles: vec![(Number(0.5), Number(2.0))],
        };
        assert_eq!(
            read(json!({"count": 3, "sum": 1, "quantiles": [[0.5, 2]]})),
            summary
        );
    }
}
