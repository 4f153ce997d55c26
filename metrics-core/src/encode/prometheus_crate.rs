//! The bridge out: our families as messages and collectors of the `prometheus` crate, for programs that
//! already serve one of its registries.

use std::ops::ControlFlow;

use prometheus::core::{Collector, Desc};
use prometheus::proto;

use crate::declare::Kind;
use crate::gather::{FamilyView, SeriesView, Visitor};
use crate::register::Registry;
use crate::update::{Value, state_label};

/// A [`Registry`] as a collector of the `prometheus` crate; from [`Registry::collector`].
///
/// It collects the declared families, and not those of attached registries: the one that it is registered in
/// may be attached, as the default one is to [`Registry::global`].
///
/// The messages of that crate have no native buckets, no exemplars and no times of creation: a histogram that is native
/// alone has nothing but its count and sum there, and infos and state sets are gauges.
#[derive(Debug)]
pub struct RegistryCollector {
    registry: Registry,
    descs: Vec<Desc>,
}

impl Registry {
    /// This registry as a collector, to be registered in a registry of the `prometheus` crate.
    ///
    /// It announces the families that there are now; what it collects is always current.
    ///
    /// ```
    /// use metrics_core::{Counter, MetricSet, Registry};
    ///
    /// /// A shop.
    /// #[derive(MetricSet)]
    /// #[metrics(register = false)]
    /// struct Shop {
    ///     /// Orders placed.
    ///     orders: Counter,
    /// }
    ///
    /// let ours = Registry::new();
    /// let shop = Shop::register(&ours)?;
    /// shop.orders.inc();
    ///
    /// let theirs = prometheus::Registry::new();
    /// theirs.register(Box::new(ours.collector()))?;
    /// let text = prometheus::TextEncoder::new().encode_to_string(&theirs.gather())?;
    /// assert!(text.contains("orders_total 1\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn collector(&self) -> RegistryCollector {
        let view = self.view();
        let descs = view.entries.iter().filter_map(|entry| {
            let descriptor = entry.descriptor;
            let labels = descriptor.labels().iter().map(|label| label.name);
            let state = (descriptor.kind() == Kind::StateSet).then(|| state_label(&entry.name));
            Desc::new(
                entry.name.to_string(),
                descriptor.help().to_owned(),
                labels.map(str::to_owned).chain(state).collect(),
                entry.constant(&view.constant).pairs().map(owned).collect(),
            )
            // names were checked when they were declared, so nothing is filtered out
            .ok()
        });
        RegistryCollector {
            descs: descs.collect(),
            registry: self.clone(),
        }
    }
}

impl Collector for RegistryCollector {
    fn desc(&self) -> Vec<&Desc> {
        self.descs.iter().collect()
    }

    fn collect(&self) -> Vec<proto::MetricFamily> {
        let mut messages = Messages::default();
        // this visitor never breaks off
        let _ = self.registry.gather_declared(&mut messages);
        messages.0
    }
}

/// A visitor that makes a message of every family.
#[derive(Default)]
struct Messages(Vec<proto::MetricFamily>);

impl Visitor for Messages {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        let mut message = proto::MetricFamily::default();
        message.set_name(family.name.to_owned());
        message.set_help(family.help.to_owned());
        message.set_field_type(match family.kind {
            Kind::Counter => proto::MetricType::COUNTER,
            // the messages have neither infos nor state sets
            Kind::Gauge | Kind::Info | Kind::StateSet => proto::MetricType::GAUGE,
            Kind::Histogram => proto::MetricType::HISTOGRAM,
            Kind::Summary => proto::MetricType::SUMMARY,
        });
        self.0.push(message);
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        if let Some(family) = self.0.last_mut() {
            let mut messages = family.take_metric();
            messages.push(message(family.get_field_type(), series));
            family.set_metric(messages);
        }
        ControlFlow::Continue(())
    }
}

fn message(kind: proto::MetricType, series: &SeriesView<'_>) -> proto::Metric {
    let pairs = series.pairs().map(|(name, value)| {
        let mut pair = proto::LabelPair::default();
        pair.set_name(name.to_owned());
        pair.set_value(value.into_owned());
        pair
    });
    let mut message = proto::Metric::from_label(pairs.collect());
    match series.point.value {
        Value::Number(number) if kind == proto::MetricType::COUNTER => {
            let mut counter = proto::Counter::default();
            counter.set_value(number.as_f64());
            message.set_counter(counter);
        }
        Value::Number(number) => {
            let mut gauge = proto::Gauge::default();
            gauge.set_value(number.as_f64());
            message.set_gauge(gauge);
        }
        Value::Histogram(buckets) => {
            let mut histogram = proto::Histogram::default();
            let pairs = buckets.bounds.iter().zip(buckets.cumulative);
            let pairs = pairs.map(|(bound, count)| {
                let mut bucket = proto::Bucket::default();
                bucket.set_upper_bound(*bound);
                bucket.set_cumulative_count(*count);
                bucket
            });
            histogram.set_bucket(pairs.collect());
            histogram.set_sample_count(buckets.count);
            histogram.set_sample_sum(buckets.sum);
            message.set_histogram(histogram);
        }
        Value::Summary(summary) => {
            let mut own = proto::Summary::default();
            let quantiles = summary.quantiles.iter().map(|(quantile, value)| {
                let mut message = proto::Quantile::default();
                message.set_quantile(*quantile);
                message.set_value(*value);
                message
            });
            own.set_quantile(quantiles.collect());
            own.set_sample_count(summary.count);
            own.set_sample_sum(summary.sum);
            message.set_summary(own);
        }
    }
    message
}

fn owned((name, value): (&str, std::borrow::Cow<'_, str>)) -> (String, String) {
    (name.to_owned(), value.into_owned())
}
