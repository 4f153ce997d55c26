//! Samples of the protobuf format, decoded by prost.

use super::{Samples, bound_text, sample_name};

#[path = "../../../formats/messages.rs"]
#[allow(dead_code, reason = "what all formats have is compared, and no more")]
mod messages;

use messages::{LabelPair, Metric, MetricFamily};
use prost::Message;

pub(super) fn read(mut body: &[u8]) -> Result<Samples, String> {
    let mut samples = Samples::new();
    while !body.is_empty() {
        let family = MetricFamily::decode_length_delimited(&mut body)
            .map_err(|error| format!("no message: {error}"))?;
        let name = family.name.unwrap_or_default();
        for metric in &family.metric {
            read_metric(&mut samples, &name, metric);
        }
    }
    Ok(samples)
}

fn read_metric(samples: &mut Samples, name: &str, metric: &Metric) {
    let labels: Vec<(&str, &str)> = metric.label.iter().filter_map(pair).collect();
    let mut add = |name: &str, more: Option<(&str, &str)>, value: Option<f64>| {
        let labels = labels.iter().copied().chain(more);
        samples.extend(value.map(|value| (sample_name(name, labels), value)));
    };
    if let Some(counter) = &metric.counter {
        add(name, None, counter.value);
    }
    if let Some(gauge) = &metric.gauge {
        add(name, None, gauge.value);
    }
    if let Some(histogram) = &metric.histogram {
        let whole = |count: u64| count as f64;
        let (count, sum) = (histogram.sample_count, histogram.sample_sum);
        add(&format!("{name}_count"), None, count.map(whole));
        add(&format!("{name}_sum"), None, sum);
        for bucket in &histogram.bucket {
            let bound = bound_text(bucket.upper_bound.unwrap_or(f64::NAN));
            let count = bucket.cumulative_count.map(whole);
            add(&format!("{name}_bucket"), Some(("le", &bound)), count);
        }
    }
}

fn pair(pair: &LabelPair) -> Option<(&str, &str)> {
    Some((pair.name.as_deref()?, pair.value.as_deref()?))
}
