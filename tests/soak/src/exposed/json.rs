//! Samples of `/metrics/json`, and the numbers that the stream has too.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Samples, bound_text, sample_name};

#[derive(Deserialize)]
struct Document {
    families: Vec<Family>,
}

#[derive(Deserialize)]
struct Family {
    name: String,
    series: Vec<Series>,
}

#[derive(Deserialize)]
struct Series {
    #[serde(default)]
    labels: BTreeMap<String, String>,
    /// Under the key `value`, or a histogram's keys.
    #[serde(flatten)]
    value: Value,
}

pub(super) fn read(body: &[u8]) -> Result<Samples, String> {
    let document: Document =
        serde_json::from_slice(body).map_err(|error| format!("no document: {error}"))?;
    let mut samples = Samples::new();
    for family in &document.families {
        for series in &family.series {
            let labels = series.labels.iter();
            let labels: Vec<_> = labels.map(|(n, v)| (n.as_str(), v.as_str())).collect();
            read_value(&mut samples, &family.name, &labels, &series.value);
        }
    }
    Ok(samples)
}

fn read_value(samples: &mut Samples, name: &str, labels: &[(&str, &str)], value: &Value) {
    if let Some(value) = number(&value["value"]) {
        samples.insert(sample_name(name, labels.iter().copied()), value);
        return;
    }
    let buckets = value["buckets"].as_array().into_iter().flatten();
    let buckets =
        buckets.filter_map(|bucket| Some((number(&bucket["le"])?, number(&bucket["count"])?)));
    histogram(samples, name, labels, value, buckets);
}

/// The samples of a histogram with these cumulative buckets.
pub(crate) fn histogram(
    samples: &mut Samples,
    name: &str,
    labels: &[(&str, &str)],
    value: &Value,
    buckets: impl Iterator<Item = (f64, f64)>,
) {
    for part in ["count", "sum"] {
        if let Some(value) = number(&value[part]) {
            let name = format!("{name}_{part}");
            samples.insert(sample_name(&name, labels.iter().copied()), value);
        }
    }
    for (bound, count) in buckets {
        let bound = bound_text(bound);
        let labels = labels.iter().copied().chain([("le", bound.as_str())]);
        samples.insert(sample_name(&format!("{name}_bucket"), labels), count);
    }
}

/// A number, which is a text where JSON has none.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        // Rust reads `+Inf` and `NaN` as well
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
