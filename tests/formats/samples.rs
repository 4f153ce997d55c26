//! What an exposition of lines should hold, and what one does hold as a parser that is not ours reads it: samples as a
//! list of name, labels and number, in one order.

use metrics_core::{ExemplarSnapshot, Kind, ValueSnapshot};
use prometheus_parse::{Scrape, Value};

use crate::made::Made;

/// A sample in words: they are equal if name, labels and the double are.
fn sample(name: &str, labels: &[(String, String)], value: f64) -> String {
    let mut labels = labels.to_vec();
    labels.sort();
    // NaN has many bits and one meaning
    format!("{name} {labels:?} {value:?}")
}

fn and(labels: &[(String, String)], name: &str, value: f64) -> Vec<(String, String)> {
    let mut labels = labels.to_vec();
    labels.push((name.to_owned(), format!("{value:?}")));
    labels
}

/// The two formats of lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    Text,
    OpenMetrics,
}

/// What an exposition of these families holds.
pub(crate) fn expected(families: &[Made], lines: Lines) -> Vec<String> {
    let open = lines == Lines::OpenMetrics;
    let mut all = Vec::new();
    for made in families {
        let name = &made.family.name;
        // what the documentation of `OpenMetricsEncoder` says is left out
        let counter = open && made.family.kind == Kind::Counter && name.ends_with("_total");
        for series in &made.family.series {
            let labels = &series.labels;
            match &series.value {
                ValueSnapshot::Number(number) => {
                    let number = number.as_f64();
                    if !counter || number >= 0.0 {
                        all.push(sample(name, labels, number));
                    }
                }
                ValueSnapshot::Histogram {
                    bounds,
                    cumulative,
                    count,
                    sum,
                    ..
                } => {
                    let bounds_and_inf = bounds.iter().chain(&[f64::INFINITY]);
                    for (bound, count) in bounds_and_inf.zip(cumulative.iter().chain([count])) {
                        let labels = and(labels, "le", *bound);
                        all.push(sample(&format!("{name}_bucket"), &labels, *count as f64));
                    }
                    let below = bounds.iter().any(|bound| *bound < 0.0);
                    if !open || (*sum >= 0.0 && !below) {
                        all.push(sample(&format!("{name}_sum"), labels, *sum));
                        all.push(sample(&format!("{name}_count"), labels, *count as f64));
                    }
                }
                ValueSnapshot::Summary {
                    quantiles,
                    count,
                    sum,
                } => {
                    for (quantile, value) in quantiles {
                        let sound = (0.0..=1.0).contains(quantile) && *value >= 0.0;
                        if !open || sound {
                            all.push(sample(name, &and(labels, "quantile", *quantile), *value));
                        }
                    }
                    if !open || *sum >= 0.0 {
                        all.push(sample(&format!("{name}_sum"), labels, *sum));
                    }
                    all.push(sample(&format!("{name}_count"), labels, *count as f64));
                }
                other => unreachable!("no family was made of {other:?}"),
            }
        }
    }
    all.sort();
    all
}

/// What `exposition` holds.
pub(crate) fn parsed(exposition: &str) -> Vec<String> {
    let lines = exposition.split('\n').map(|line| Ok(line.to_owned()));
    let scrape = Scrape::parse(lines).expect("lines that are no errors");
    let mut all = Vec::new();
    for read in scrape.samples {
        let labels = read.labels.iter();
        let labels: Vec<_> = labels.map(|(n, v)| (n.clone(), v.clone())).collect();
        let name = &read.metric;
        match read.value {
            Value::Counter(n) | Value::Gauge(n) | Value::Untyped(n) => {
                all.push(sample(name, &labels, n));
            }
            Value::Histogram(buckets) => all.extend(buckets.iter().map(|bucket| {
                let labels = and(&labels, "le", bucket.less_than);
                sample(&format!("{name}_bucket"), &labels, bucket.count)
            })),
            Value::Summary(quantiles) => all.extend(quantiles.iter().map(|quantile| {
                let labels = and(&labels, "quantile", quantile.quantile);
                sample(name, &labels, quantile.count)
            })),
        }
    }
    all.sort();
    all
}

/// The help texts that `exposition` has, as that parser reads them, by the name of the family.
pub(crate) fn help_of(exposition: &str, name: &str) -> Option<String> {
    let lines = exposition.split('\n').map(|line| Ok(line.to_owned()));
    let scrape = Scrape::parse(lines).expect("lines that are no errors");
    scrape.docs.get(name).cloned()
}

/// The newest of `exemplars` that a format may carry and whose value `fits`.
pub(crate) fn newest(
    exemplars: &[ExemplarSnapshot],
    fits: impl Fn(f64) -> bool,
) -> Option<&ExemplarSnapshot> {
    let may = exemplars.iter().filter(|e| is_short(e) && fits(e.value));
    may.max_by_key(|exemplar| exemplar.millis)
}

pub(crate) fn is_short(exemplar: &ExemplarSnapshot) -> bool {
    let texts = exemplar.labels.iter().flat_map(|(n, v)| [n, v]);
    texts.map(|text| text.chars().count()).sum::<usize>() <= 128
}
