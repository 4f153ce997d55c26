//! `prometheus-client`: its text encoder, into one reused string.

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::filled::{Exposer, Filled, Sink};
use super::series::{Labels, OBSERVED, with_values, written};
use crate::case::library::PROMETHEUS_CLIENT;
use crate::rows::BOUNDS;

pub(crate) fn exposer() -> Exposer {
    Exposer {
        library: PROMETHEUS_CLIENT,
        idiom: "text::encode into one String, reused",
        counters,
        histograms,
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
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
        text::encode(&mut body, &registry).expect("a string takes everything");
        sink(body.as_bytes());
    })
}

fn counters(labels: &'static [Labels]) -> Filled {
    let family = Family::<By, Counter>::default();
    let mut registry = Registry::default();
    registry.register("requests", "Requests.", family.clone());
    for (labels, value) in with_values(labels) {
        family.get_or_create(&labels.into()).inc_by(value);
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(registry),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                family.get_or_create(&labels.into()).inc();
            }
        }),
    }
}

fn histograms(labels: &'static [Labels]) -> Filled {
    let new: fn() -> Histogram = || Histogram::new(BOUNDS);
    let family = Family::<By, Histogram>::new_with_constructor(new);
    let mut registry = Registry::default();
    registry.register("latency_seconds", "Latency.", family.clone());
    for labels in labels {
        let child = family.get_or_create(&labels.into());
        for value in OBSERVED {
            child.observe(value);
        }
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(registry),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                family.get_or_create(&labels.into()).observe(0.3);
            }
        }),
    }
}
