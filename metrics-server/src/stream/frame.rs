//! Frames: the JSON of the protocol. `data` is encoded once for all clients that are sent the same; the
//! envelope around it is each client's own.

use std::collections::BTreeMap;

use metrics_core::Number;
use serde::{Serialize, Serializer};

use super::socket::Limits;
use super::subscription::{INTERVAL_BOUNDS_MS, Refusal};
use super::table::{Changes, Family, Series, Stored};
use crate::own::FrameType;

/// The version of the protocol.
const VERSION: u32 = 1;

/// A snapshot that would be longer is sent in parts, in bytes.
const PART_LEN: usize = 256 * 1024;

/// A whole frame: the envelope around `data`, which is JSON already.
pub(super) fn frame(kind: FrameType, seq: u64, epoch: &str, ts: u64, data: &str) -> String {
    let name = match kind {
        FrameType::Hello => "hello",
        FrameType::Snapshot => "snapshot",
        FrameType::Delta => "delta",
        FrameType::Heartbeat => "heartbeat",
        FrameType::Error => "error",
        FrameType::Resync => "resync",
        FrameType::Bye => "bye",
    };
    format!(r#"{{"type":"metrics:{name}","seq":{seq},"epoch":"{epoch}","ts":{ts},"data":{data}}}"#)
}

/// The data of `metrics:hello`.
pub(super) fn hello(interval_ms: u128, max_clients: usize) -> String {
    let [least, most] = INTERVAL_BOUNDS_MS;
    serde_json::json!({
        "protocol": VERSION,
        "server": concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")),
        "interval_ms": interval_ms as u64,
        "limits": {
            "interval_ms": { "min": least, "max": most },
            "clients": max_clients,
            "message_bytes": Limits::STREAM.message_len,
            "messages_per_second": Limits::STREAM.messages_a_second,
        },
        "events": [],
    })
    .to_string()
}

/// The data of `metrics:error`.
pub(super) fn error(refusal: &Refusal) -> String {
    serde_json::json!({ "code": refusal.code, "message": refusal.message, "id": refusal.id })
        .to_string()
}

/// The data of `metrics:resync`: removals were forgotten before the client heard of them.
pub(super) fn resync() -> &'static str {
    r#"{"reason":"more series were removed than are remembered","dropped":0}"#
}

/// The data of the frames of one snapshot, each of about [`PART_LEN`] at most.
pub(super) fn snapshot_parts(changes: &Changes<'_>) -> serde_json::Result<Vec<String>> {
    let families = changes
        .families
        .iter()
        .map(|family| encoded(&FamilyOut(family)));
    let families = families.collect::<Result<Vec<_>, _>>()?;
    let series = changes
        .series
        .iter()
        .map(|(family, series)| encoded(&SeriesOut(family, series)));
    let series = series.collect::<Result<Vec<_>, _>>()?;

    // families come first, so that no series comes before its own
    let mut parts = vec![(Vec::new(), Vec::new())];
    let mut len = 0;
    let pieces = families.into_iter().map(|text| (true, text));
    for (is_family, text) in pieces.chain(series.into_iter().map(|text| (false, text))) {
        if len + text.len() > PART_LEN && len > 0 {
            parts.push((Vec::new(), Vec::new()));
            len = 0;
        }
        len += text.len() + 1;
        if let Some((families, series)) = parts.last_mut() {
            if is_family { families } else { series }.push(text);
        }
    }
    let count = parts.len();
    let numbered = parts.into_iter().enumerate();
    Ok(numbered
        .map(|(index, (families, series))| {
            format!(
                r#"{{"part":{},"last":{},"families":[{}],"series":[{}]}}"#,
                index + 1,
                index + 1 == count,
                families.join(","),
                series.join(","),
            )
        })
        .collect())
}

/// The data of `metrics:delta`.
pub(super) fn delta(changes: &Changes<'_>) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Delta<'a> {
        values: BTreeMap<u64, &'a Stored>,
        families: Vec<FamilyOut<'a>>,
        series: Vec<SeriesOut<'a>>,
        removed: &'a [u64],
    }
    encoded(&Delta {
        values: changes
            .values
            .iter()
            .map(|series| (series.id, &series.value))
            .collect(),
        families: changes
            .families
            .iter()
            .map(|family| FamilyOut(family))
            .collect(),
        series: changes
            .series
            .iter()
            .map(|(family, series)| SeriesOut(family, series))
            .collect(),
        removed: &changes.removed,
    })
}

fn encoded(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value)
}

struct FamilyOut<'a>(&'a Family);

impl Serialize for FamilyOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Out<'a> {
            id: u64,
            name: &'a str,
            r#type: &'static str,
            unit: &'a str,
            help: &'a str,
            labels: &'a [String],
            #[serde(skip_serializing_if = "Vec::is_empty")]
            bounds: Vec<Number>,
        }
        let Self(family) = self;
        Out {
            id: family.id,
            name: &family.name,
            r#type: family.kind.as_str(),
            unit: &family.unit,
            help: &family.help,
            labels: &family.labels,
            bounds: family.bounds.iter().copied().map(Number::Float).collect(),
        }
        .serialize(serializer)
    }
}

struct SeriesOut<'a>(&'a Family, &'a Series);

impl Serialize for SeriesOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Out<'a> {
            id: u64,
            family: u64,
            labels: &'a [String],
            value: &'a Stored,
        }
        let Self(family, series) = self;
        Out {
            id: series.id,
            family: family.id,
            labels: &series.labels,
            value: &series.value,
        }
        .serialize(serializer)
    }
}

impl Serialize for Stored {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Histogram {
            count: Number,
            sum: Number,
            buckets: Vec<Number>,
        }
        #[derive(Serialize)]
        struct Summary {
            count: Number,
            sum: Number,
            quantiles: Vec<[Number; 2]>,
        }
        match self {
            Self::Number(number) => number.serialize(serializer),
            Self::Histogram {
                count,
                sum,
                cumulative,
            } => Histogram {
                count: Number::Unsigned(*count),
                sum: Number::Float(*sum),
                buckets: cumulative.iter().copied().map(Number::Unsigned).collect(),
            }
            .serialize(serializer),
            Self::Summary {
                count,
                sum,
                quantiles,
            } => Summary {
                count: Number::Unsigned(*count),
                sum: Number::Float(*sum),
                quantiles: quantiles
                    .iter()
                    .map(|(q, v)| [Number::Float(*q), Number::Float(*v)])
                    .collect(),
            }
            .serialize(serializer),
        }
    }
}
