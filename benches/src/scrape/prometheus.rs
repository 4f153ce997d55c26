//! `prometheus`: gathered into messages, which its text encoder writes into one reused string.

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};

use super::filled::{Exposer, Filled, Sink, keep};
use super::series::{Labels, OBSERVED, with_values, written};
use crate::case::library::PROMETHEUS;
use crate::rows::BOUNDS;

pub(crate) fn exposer() -> Exposer {
    Exposer {
        library: PROMETHEUS,
        idiom: "gather, encode_utf8 into one String, reused",
        counters,
        histograms,
    }
}

const LABELS: [&str; 2] = ["customer", "region"];

fn texts(labels: &Labels) -> [&str; 2] {
    [&labels.customer, &labels.region]
}

/// Also for what only reads a registry of this crate.
pub(super) fn scrape(registry: &'static Registry) -> Box<dyn FnMut(Sink<'_>)> {
    let mut body = String::new();
    Box::new(move |sink| {
        body.clear();
        let families = registry.gather();
        let encoded = TextEncoder::new().encode_utf8(&families, &mut body);
        encoded.expect("a string takes everything");
        sink(body.as_bytes());
    })
}

fn counters(labels: &'static [Labels]) -> Filled {
    let registry = keep(Registry::new());
    let opts = Opts::new("requests_total", "Requests.");
    let family = IntCounterVec::new(opts, &LABELS).expect("good names");
    let registered = registry.register(Box::new(family.clone()));
    registered.expect("the registry is empty");
    for (labels, value) in with_values(labels) {
        family.with_label_values(&texts(labels)).inc_by(value);
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(registry),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                family.with_label_values(&texts(labels)).inc();
            }
        }),
    }
}

fn histograms(labels: &'static [Labels]) -> Filled {
    let registry = keep(Registry::new());
    let opts = HistogramOpts::new("latency_seconds", "Latency.").buckets(BOUNDS.to_vec());
    let family = HistogramVec::new(opts, &LABELS).expect("good options");
    let registered = registry.register(Box::new(family.clone()));
    registered.expect("the registry is empty");
    for labels in labels {
        let child = family.with_label_values(&texts(labels));
        for value in OBSERVED {
            child.observe(value);
        }
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(registry),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                family.with_label_values(&texts(labels)).observe(0.3);
            }
        }),
    }
}
