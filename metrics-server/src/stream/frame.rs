//! Frames: the JSON of the protocol. `data` is encoded once for all clients that are sent the same; the
//! envelope around it is each client's own.

use std::fmt::Write;

use metrics_core::{Derived, Number};
use serde::{Serialize, Serializer};

use super::performance::Figures;
use super::socket::Limits;
use super::subscription::{INTERVAL_BOUNDS_MS, Refusal};
use super::table::{Changes, Head, Series, Stored};
use super::types::events_known;

/// The version of the protocol.
const VERSION: u32 = 1;

/// A snapshot that would be longer is sent in parts, in bytes.
const PART_LEN: usize = 256 * 1024;

/// A whole frame: the envelope around `data`, which is JSON already. `name` is its type without `metrics:`.
pub(super) fn frame(name: &str, seq: u64, epoch: &str, ts: u64, data: &str) -> String {
    // one allocation a client and frame: what stands around `data` is shorter than this
    let mut text = String::with_capacity(data.len() + name.len() + epoch.len() + 96);
    // a string takes all
    let _ = write!(
        text,
        r#"{{"type":"metrics:{name}","seq":{seq},"epoch":"{epoch}","ts":{ts},"data":{data}}}"#
    );
    text
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
        "events": events_known().map(|name| format!("metrics:{name}")).collect::<Vec<_>>(),
    })
    .to_string()
}

/// The data of `metrics:error`.
pub(super) fn error(refusal: &Refusal) -> String {
    serde_json::json!({ "code": refusal.code, "message": refusal.message, "id": refusal.id })
        .to_string()
}

/// The data of `metrics:resync`: the client has missed what it cannot be told any more.
pub(super) fn resync(reason: &str, dropped: u64) -> String {
    serde_json::json!({ "reason": reason, "dropped": dropped }).to_string()
}

/// The data of the frames of one snapshot, each of about [`PART_LEN`] at most, with the summary fields in each.
pub(super) fn snapshot_parts(
    changes: &Changes<'_>,
    summary: &str,
) -> serde_json::Result<Vec<String>> {
    let families = changes
        .families
        .iter()
        .map(|head| encoded(&FamilyOut(head)));
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
                r#"{{{summary}"part":{},"last":{},"families":[{}],"series":[{}]}}"#,
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
    struct Delta<'a, V: Serialize> {
        values: V,
        families: Vec<FamilyOut<'a>>,
        series: Vec<SeriesOut<'a>>,
        removed: &'a [u64],
    }
    let values = changes.values.iter();
    encoded(&Delta {
        values: Object(|| values.clone().map(|series| (series.id, &series.value))),
        families: changes
            .families
            .iter()
            .map(|head| FamilyOut(head))
            .collect(),
        series: changes
            .series
            .iter()
            .map(|(family, series)| SeriesOut(family, series))
            .collect(),
        removed: &changes.removed,
    })
}

/// The data of `metrics:performance`.
pub(super) fn performance(figures: &Figures, summary: &str) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Quantiles {
        p50: Number,
        p90: Number,
        p95: Number,
        p99: Number,
    }
    let numbers = |of: &[(u64, f64)]| {
        let pairs = of.iter().map(|(id, figure)| (*id, Number::Float(*figure)));
        encoded(&Object(|| pairs.clone()))
    };
    let quantiles = figures.quantiles.iter().map(|(id, quantiles)| {
        let [p50, p90, p95, p99] = quantiles.map(Number::Float);
        (*id, Quantiles { p50, p90, p95, p99 })
    });
    Ok(format!(
        r#"{{{summary}"seconds":{},"rates":{},"ratios":{},"quantiles":{}}}"#,
        encoded(&figures.seconds)?,
        numbers(&figures.rates)?,
        numbers(&figures.ratios)?,
        encoded(&Object(|| quantiles.clone()))?,
    ))
}

/// An object of pairs, which are not gathered into a map before they are written.
struct Object<F>(F);

impl<F, I, K, V> Serialize for Object<F>
where
    F: Fn() -> I,
    I: Iterator<Item = (K, V)>,
    K: Serialize,
    V: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}

fn encoded(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value)
}

struct FamilyOut<'a>(&'a Head);

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
            #[serde(skip_serializing_if = "Option::is_none")]
            set: Option<&'static str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            source: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            package: Option<&'static str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            derived: Option<&'static str>,
        }
        let Self(head) = self;
        let about = &head.about;
        let source = about.source;
        Out {
            id: head.id,
            name: &about.name,
            r#type: about.kind.as_str(),
            unit: &about.unit,
            help: &about.help,
            labels: &head.labels,
            bounds: head.bounds.iter().copied().map(Number::Float).collect(),
            set: about.set,
            source: source.map(|source| format!("{}:{}", source.file, source.line)),
            package: source.map(|source| source.package),
            derived: about.derived.and_then(derived),
        }
        .serialize(serializer)
    }
}

/// What a family is computed of, in the word of the protocol.
fn derived(derived: Derived) -> Option<&'static str> {
    match derived {
        Derived::Rate => Some("rate"),
        Derived::Ratio => Some("ratio"),
        Derived::Quantile => Some("quantile"),
        _ => None,
    }
}

struct SeriesOut<'a>(&'a Head, &'a Series);

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
            Self::Histogram(distribution) => Histogram {
                count: Number::Unsigned(distribution.count),
                sum: Number::Float(distribution.sum),
                buckets: distribution
                    .cumulative
                    .iter()
                    .copied()
                    .map(Number::Unsigned)
                    .collect(),
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
