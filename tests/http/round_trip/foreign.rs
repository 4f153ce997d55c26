//! Families of the `prometheus` crate, as messages: with kinds, names and helps that ours cannot have.

use prometheus::core::{Collector, Desc};
use prometheus::proto;

/// A collector of these messages.
pub(crate) struct Messages(pub(crate) Vec<proto::MetricFamily>);

impl Collector for Messages {
    fn desc(&self) -> Vec<&Desc> {
        Vec::new()
    }

    fn collect(&self) -> Vec<proto::MetricFamily> {
        self.0.clone()
    }
}

fn family(
    name: &str,
    help: &str,
    kind: proto::MetricType,
    metric: proto::Metric,
) -> proto::MetricFamily {
    let mut family = proto::MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_help(help.to_owned());
    family.set_field_type(kind);
    family.set_metric(vec![metric]);
    family
}

pub(crate) fn gauge(name: &str, help: &str, value: f64) -> proto::MetricFamily {
    let mut gauge = proto::Gauge::default();
    gauge.set_value(value);
    let mut metric = proto::Metric::default();
    metric.set_gauge(gauge);
    family(name, help, proto::MetricType::GAUGE, metric)
}

pub(crate) fn counter(name: &str, help: &str, value: f64) -> proto::MetricFamily {
    let mut counter = proto::Counter::default();
    counter.set_value(value);
    let mut metric = proto::Metric::default();
    metric.set_counter(counter);
    family(name, help, proto::MetricType::COUNTER, metric)
}

/// A summary with these pairs of quantile and value.
pub(crate) fn summary(
    name: &str,
    help: &str,
    count: u64,
    sum: f64,
    quantiles: &[(f64, f64)],
) -> proto::MetricFamily {
    let quantiles = quantiles.iter().map(|(quantile, value)| {
        let mut message = proto::Quantile::default();
        message.set_quantile(*quantile);
        message.set_value(*value);
        message
    });
    let mut summary = proto::Summary::default();
    summary.set_sample_count(count);
    summary.set_sample_sum(sum);
    summary.set_quantile(quantiles.collect());
    let mut metric = proto::Metric::default();
    metric.set_summary(summary);
    family(name, help, proto::MetricType::SUMMARY, metric)
}
