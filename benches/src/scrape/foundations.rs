//! `foundations-metrics`: collected from its global registry and encoded, which makes a new string each time.

use foundations_metrics::{
    CollectionOptions, Counter, EncodeMetric, EncodeMetricValue, Family, Histogram,
    HistogramBuilder, NamedMetric, RegistrationMetadata, ServiceNameFormat, collect,
    encode_to_text, register,
};

use super::filled::{Exposer, Filled, Sink, keep};
use super::series::{Labels, OBSERVED, with_values, written};
use crate::case::library::FOUNDATIONS;
use crate::rows::BOUNDS;

pub(crate) fn exposer() -> Exposer {
    Exposer {
        library: FOUNDATIONS,
        idiom: "collect, encode_to_text",
        counters,
        histograms,
    }
}

#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize)]
struct By {
    customer: String,
    region: String,
}

impl From<&Labels> for By {
    fn from(labels: &Labels) -> Self {
        Self {
            customer: labels.customer.clone(),
            region: labels.region.clone(),
        }
    }
}

fn expose(name: &'static str, family: impl EncodeMetricValue) -> Box<dyn FnMut(Sink<'_>)> {
    let metric: Box<dyn EncodeMetric> = Box::new(NamedMetric::new(name, "Help.", family));
    register(metric, RegistrationMetadata::default());
    Box::new(|sink| {
        let families = collect(CollectionOptions {
            include_optional: false,
            service_name: None,
            service_name_format: ServiceNameFormat::MetricPrefix,
        });
        sink(encode_to_text(&families).as_bytes());
    })
}

fn counters(labels: &'static [Labels]) -> Filled {
    let family = keep(Family::<By, Counter>::default());
    for (labels, value) in with_values(labels) {
        family.get_or_create(&labels.into()).inc_by(value);
    }
    let mut written = written(labels);
    Filled {
        scrape: expose("requests_total", family.clone()),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                family.get_or_create(&labels.into()).inc();
            }
        }),
    }
}

fn histograms(labels: &'static [Labels]) -> Filled {
    let builder = HistogramBuilder { buckets: &BOUNDS };
    let family = Family::<By, Histogram, _>::new_with_constructor(builder);
    for labels in labels {
        let child = family.get_or_create(&labels.into());
        for value in OBSERVED {
            child.observe(value);
        }
    }
    let mut written = written(labels);
    Filled {
        scrape: expose("latency_seconds", family.clone()),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                family.get_or_create(&labels.into()).observe(0.3);
            }
        }),
    }
}
