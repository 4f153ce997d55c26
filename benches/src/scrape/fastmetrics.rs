//! `fastmetrics`: its text encoder in Prometheus' format, into one reused string.

use fastmetrics::derive::LabelSet;
use fastmetrics::format::text::{self, TextProfile};
use fastmetrics::metrics::{counter::Counter, family::Family, histogram::Histogram};
use fastmetrics::registry::Registry;

use super::filled::{Exposer, Filled, Sink};
use super::series::{Labels, OBSERVED, with_values, written};
use crate::case::library::FASTMETRICS;
use crate::rows::BOUNDS;

pub(crate) fn exposer() -> Exposer {
    Exposer {
        library: FASTMETRICS,
        idiom: "text::encode 0.0.4 into one String, reused",
        counters,
        histograms,
    }
}

#[derive(Clone, PartialEq, Eq, Hash, LabelSet)]
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

fn scrape(registry: Registry) -> Box<dyn FnMut(Sink<'_>)> {
    let mut body = String::new();
    Box::new(move |sink| {
        body.clear();
        let encoded = text::encode(&mut body, &registry, TextProfile::PrometheusV0_0_4);
        encoded.expect("a string takes everything");
        sink(body.as_bytes());
    })
}

fn counters(labels: &'static [Labels]) -> Filled {
    let family = Family::<By, Counter>::default();
    let mut registry = Registry::default();
    let registered = registry.register("requests", "Requests", family.clone());
    registered.expect("the registry is empty");
    for (labels, value) in with_values(labels) {
        family.with_or_new(&labels.into(), |counter| counter.inc_by(value));
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(registry),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                family.with_or_new(&labels.into(), |counter| counter.inc());
            }
        }),
    }
}

fn histograms(labels: &'static [Labels]) -> Filled {
    let family = Family::<By, Histogram>::new(|| Histogram::new(BOUNDS));
    let mut registry = Registry::default();
    let registered = registry.register("latency_seconds", "Latency", family.clone());
    registered.expect("the registry is empty");
    for labels in labels {
        family.with_or_new(&labels.into(), |histogram| {
            for value in OBSERVED {
                histogram.observe(value);
            }
        });
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(registry),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                family.with_or_new(&labels.into(), |histogram| histogram.observe(0.3));
            }
        }),
    }
}
