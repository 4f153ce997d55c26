//! Protobuf expositions as text, a line a series, decoded by a library that is not ours.

use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use crate::messages::{Exemplar, Histogram, LabelPair, Metric, MetricType, Timestamp, decode};

/// The messages as text.
pub(crate) fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for family in decode(bytes) {
        let kind =
            MetricType::try_from(family.r#type.expect("a type")).expect("a type that is known");
        let name = family.name.expect("a name");
        let help = family.help.expect("a help text");
        let unit = family
            .unit
            .map_or_else(String::new, |unit| format!(" in {unit}"));
        writeln!(text, "{name} {kind:?}{unit} {help:?}").expect("text takes text");
        for metric in family.metric {
            writeln!(text, "    {}", series(&metric)).expect("text takes text");
        }
    }
    text
}

fn series(metric: &Metric) -> String {
    let labels = labels(&metric.label);
    let value = match metric {
        Metric {
            counter: Some(counter),
            ..
        } => {
            let value = counter.value.expect("a value");
            let exemplar = counter.exemplar.as_ref().map_or_else(String::new, exemplar);
            format!(
                "counter {value:?}{}{exemplar}",
                created(counter.created_timestamp)
            )
        }
        Metric {
            gauge: Some(gauge), ..
        } => format!("gauge {:?}", gauge.value.expect("a value")),
        Metric {
            summary: Some(summary),
            ..
        } => {
            let quantiles = summary.quantile.iter();
            let quantiles =
                quantiles.map(|q| (q.quantile.expect("a quantile"), q.value.expect("a value")));
            format!(
                "summary count {} sum {:?} {:?}{}",
                summary.sample_count.expect("a count"),
                summary.sample_sum.expect("a sum"),
                quantiles.collect::<Vec<_>>(),
                created(summary.created_timestamp)
            )
        }
        Metric {
            histogram: Some(own),
            ..
        } => histogram(own),
        _ => "nothing".to_owned(),
    };
    format!("{labels} {value}")
}

fn histogram(own: &Histogram) -> String {
    let mut text = format!(
        "histogram count {} sum {:?}{}",
        own.sample_count.expect("a count"),
        own.sample_sum.expect("a sum"),
        created(own.created_timestamp)
    );
    for bucket in &own.bucket {
        let count = bucket.cumulative_count.expect("a count");
        let bound = bucket.upper_bound.expect("a bound");
        let exemplar = bucket.exemplar.as_ref().map_or_else(String::new, exemplar);
        write!(text, "\n        le {bound:?}: {count}{exemplar}").expect("text takes text");
    }
    if let Some(schema) = own.schema {
        write!(
            text,
            "\n        schema {schema}, zero {} within {:?}",
            own.zero_count.expect("a count"),
            own.zero_threshold.expect("a threshold"),
        )
        .expect("text takes text");
        for (sign, spans, deltas) in [
            ("negative", &own.negative_span, &own.negative_delta),
            ("positive", &own.positive_span, &own.positive_delta),
        ] {
            if !spans.is_empty() {
                let spans = spans.iter();
                let spans =
                    spans.map(|s| (s.offset.expect("an offset"), s.length.expect("a length")));
                let spans: Vec<_> = spans.collect();
                write!(text, "\n        {sign} spans {spans:?} deltas {deltas:?}")
                    .expect("text takes text");
            }
        }
    }
    for own in &own.exemplars {
        write!(text, "\n        exemplar{}", exemplar(own)).expect("text takes text");
    }
    text
}

fn exemplar(exemplar: &Exemplar) -> String {
    let value = exemplar.value.expect("a value");
    let time = exemplar.timestamp.expect("a time");
    format!(
        " # {} {value:?} at {}",
        labels(&exemplar.label),
        seconds(time)
    )
}

/// Since when a series has counted: the time itself where a case chose it, a long time ago, and not that of the clock.
fn created(time: Option<Timestamp>) -> String {
    let age = |time: Timestamp| {
        let began = UNIX_EPOCH + Duration::from_secs(time.seconds.unsigned_abs());
        // a clock may step back
        began.elapsed().unwrap_or_default()
    };
    match time {
        None => String::new(),
        Some(time) if age(time) < Duration::from_secs(86_400) => " since today".to_owned(),
        Some(time) => format!(" since {}", seconds(time)),
    }
}

fn seconds(time: Timestamp) -> String {
    format!("{}.{:09}", time.seconds, time.nanos)
}

fn labels(pairs: &[LabelPair]) -> String {
    let pairs = pairs.iter().map(|pair| {
        let name = pair.name.as_deref().expect("a name");
        format!("{name}={:?}", pair.value.as_deref().expect("a value"))
    });
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
}
