//! Protobuf and JSON, read by decoders that are not ours, as the text format would say it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::exposition::Exposition;
use super::messages::{self, BucketSpan, Histogram, LabelPair, MetricType};
use super::native::{bucket, zero_bucket};

type Labels = BTreeMap<String, String>;

fn with(labels: &Labels, more: impl IntoIterator<Item = (String, String)>) -> Labels {
    labels.clone().into_iter().chain(more).collect()
}

fn with_bound(labels: &Labels, name: &str, bound: f64) -> Labels {
    with(labels, [(name.to_owned(), format!("{bound:?}"))])
}

/// What messages say, each with its length before it.
pub(crate) fn protobuf(bytes: &[u8]) -> Exposition {
    let mut read = Exposition::default();
    for family in messages::decode(bytes) {
        let name = family.name.expect("a name");
        let kind = family
            .r#type
            .map(MetricType::try_from)
            .expect("a type")
            .expect("a known type");
        let kind = format!("{kind:?}").to_lowercase();
        read.family(&name, &kind, &family.help.expect("a help text"));
        for metric in family.metric {
            let labels: Labels = metric
                .label
                .into_iter()
                .map(pair)
                .filter(|(_, v)| !v.is_empty())
                .collect();
            // exactly one of them
            let mut values = 0;
            if let Some(gauge) = metric.gauge {
                values += 1;
                read.sample(&name, labels.clone(), gauge.value.expect("a value"));
            }
            if let Some(counter) = metric.counter {
                values += 1;
                read.sample(&name, labels.clone(), counter.value.expect("a value"));
            }
            if let Some(summary) = metric.summary {
                values += 1;
                for quantile in summary.quantile {
                    let labels =
                        with_bound(&labels, "quantile", quantile.quantile.expect("a quantile"));
                    read.sample(&name, labels, quantile.value.expect("a value"));
                }
                let (count, sum) = (summary.sample_count, summary.sample_sum);
                count_and_sum(
                    &mut read,
                    &name,
                    &labels,
                    count.expect("a count"),
                    sum.expect("a sum"),
                );
            }
            if let Some(message) = metric.histogram {
                values += 1;
                histogram(&mut read, &name, &labels, &message);
            }
            assert_eq!(values, 1, "of {name}");
        }
    }
    read
}

fn pair(pair: LabelPair) -> (String, String) {
    (pair.name.expect("a name"), pair.value.expect("a value"))
}

fn count_and_sum(read: &mut Exposition, name: &str, labels: &Labels, count: u64, sum: f64) {
    read.sample(&format!("{name}_count"), labels.clone(), count as f64);
    read.sample(&format!("{name}_sum"), labels.clone(), sum);
}

fn histogram(read: &mut Exposition, name: &str, labels: &Labels, message: &Histogram) {
    let count = message.sample_count.expect("a count");
    count_and_sum(
        read,
        name,
        labels,
        count,
        message.sample_sum.expect("a sum"),
    );
    let of_buckets = format!("{name}_bucket");
    let mut bounds = Vec::new();
    for bucket in &message.bucket {
        let bound = bucket.upper_bound.expect("a bound");
        let cumulative = bucket.cumulative_count.expect("a count");
        read.sample(
            &of_buckets,
            with_bound(labels, "le", bound),
            cumulative as f64,
        );
        bounds.push(bound);
    }
    if bounds.last() != Some(&f64::INFINITY) {
        read.sample(
            &of_buckets,
            with_bound(labels, "le", f64::INFINITY),
            count as f64,
        );
    }
    let Some(schema) = message.schema else {
        return;
    };
    assert!(
        message.zero_threshold.is_some() && message.zero_count.is_some(),
        "{name}"
    );
    let zero = message.zero_count.unwrap_or_default();
    if zero > 0 {
        read.sample(name, with(labels, zero_bucket(schema)), zero as f64);
    }
    let sides = [
        ('+', &message.positive_span, &message.positive_delta),
        ('-', &message.negative_span, &message.negative_delta),
    ];
    let mut sum = zero;
    for (sign, spans, deltas) in sides {
        for (number, held) in unfolded(spans, deltas) {
            read.sample(
                name,
                with(labels, bucket(schema, sign, number)),
                held as f64,
            );
            sum += held;
        }
    }
    assert_eq!(
        sum, count,
        "the buckets of {name} are all of its observations"
    );
}

/// The number of each bucket that holds something, and how much: spans say which buckets come one after the other, deltas
/// how much more each holds than the one before.
fn unfolded(spans: &[BucketSpan], deltas: &[i64]) -> Vec<(i32, u64)> {
    let mut numbers = Vec::new();
    let mut next = 0;
    for span in spans {
        next += span.offset.unwrap_or_default();
        for _ in 0..span.length.unwrap_or_default() {
            numbers.push(next);
            next += 1;
        }
    }
    assert_eq!(numbers.len(), deltas.len(), "a delta for each bucket");
    let mut held = 0;
    let held = deltas.iter().map(|delta| {
        held += delta;
        u64::try_from(held).expect("a count")
    });
    numbers
        .into_iter()
        .zip(held)
        .filter(|(_, held)| *held > 0)
        .collect()
}

/// What a document of `/metrics/json` says.
pub(crate) fn json(bytes: &[u8]) -> Exposition {
    let document: Value = serde_json::from_slice(bytes).expect("JSON");
    let mut read = Exposition::default();
    for family in list(&document["families"]) {
        let text = |key: &str| family[key].as_str().expect("text");
        let name = text("name");
        read.family(name, text("type"), text("help"));
        for series in list(&family["series"]) {
            let labels: Labels = serde_json::from_value(series["labels"].clone()).expect("labels");
            let labels = labels.into_iter().filter(|(_, v)| !v.is_empty()).collect();
            if !series["value"].is_null() {
                read.sample(name, labels, number(&series["value"]));
                continue;
            }
            let count = number(&series["count"]);
            read.sample(&format!("{name}_count"), labels.clone(), count);
            read.sample(
                &format!("{name}_sum"),
                labels.clone(),
                number(&series["sum"]),
            );
            for bucket in series["buckets"].as_array().into_iter().flatten() {
                let labels = with_bound(&labels, "le", number(&bucket["le"]));
                read.sample(&format!("{name}_bucket"), labels, number(&bucket["count"]));
            }
            for pair in series["quantiles"].as_array().into_iter().flatten() {
                let labels = with_bound(&labels, "quantile", number(&pair[0]));
                read.sample(name, labels, number(&pair[1]));
            }
            if series["native"].is_object() {
                native(&mut read, name, &labels, &series["native"]);
            }
        }
    }
    read
}

fn native(read: &mut Exposition, name: &str, labels: &Labels, native: &Value) {
    let schema = number(&native["schema"]) as i32;
    for range in list(&native["buckets"]) {
        let (from, to) = (number(&range["from"]), number(&range["to"]));
        // bounds are powers of two to the eighth part of a whole number; what is beyond the largest number is infinite
        let number_of = |bound: f64| (bound.log2() * f64::from(schema).exp2()).round() as i32;
        let bucket = match (from < 0.0, to > 0.0) {
            (true, true) => zero_bucket(schema),
            (false, _) if from.is_infinite() || to.is_infinite() => {
                bucket(schema, '+', number_of(from) + 1)
            }
            (false, _) => bucket(schema, '+', number_of(to)),
            (true, false) => bucket(schema, '-', number_of(-to) + 1),
        };
        read.sample(name, with(labels, bucket), number(&range["count"]));
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// A number, which is text where JSON has none for it.
fn number(value: &Value) -> f64 {
    match value.as_str() {
        Some(text) => text.parse().expect("a number as text"),
        None => value.as_f64().expect("a number"),
    }
}
