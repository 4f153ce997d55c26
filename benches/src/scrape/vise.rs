//! `vise`: its registry's encoder, in the format that it does not have to rewrite, into one reused string.

use vise::{Buckets, Counter, Format, Histogram, LabeledFamily, Metrics, Registry};

use super::filled::{Exposer, Filled, Sink, keep};
use super::series::{Labels, OBSERVED, with_values, written};
use crate::case::library::VISE;
use crate::rows::BOUNDS;

pub(crate) fn exposer() -> Exposer {
    Exposer {
        library: VISE,
        idiom: "Registry::encode OpenMetrics into one String, reused",
        counters,
        histograms,
    }
}

type By = (String, String);

#[derive(Debug, Metrics)]
struct CounterMetrics {
    /// Requests.
    #[metrics(labels = ["customer", "region"])]
    requests: LabeledFamily<By, Counter, 2>,
}

#[derive(Debug, Metrics)]
struct HistogramMetrics {
    /// Latency.
    #[metrics(labels = ["customer", "region"], buckets = Buckets::values(&BOUNDS))]
    latency_seconds: LabeledFamily<By, Histogram, 2>,
}

fn by(labels: &Labels) -> By {
    (labels.customer.clone(), labels.region.clone())
}

fn scrape(metrics: &'static impl Metrics) -> Box<dyn FnMut(Sink<'_>)> {
    let mut registry = Registry::empty();
    registry.register_metrics(metrics);
    let mut body = String::new();
    Box::new(move |sink| {
        body.clear();
        let encoded = registry.encode(&mut body, Format::OpenMetrics);
        encoded.expect("a string takes everything");
        sink(body.as_bytes());
    })
}

fn counters(labels: &'static [Labels]) -> Filled {
    let metrics = keep(CounterMetrics::default());
    for (labels, value) in with_values(labels) {
        metrics.requests[&by(labels)].inc_by(value);
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(metrics),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                metrics.requests[&by(labels)].inc();
            }
        }),
    }
}

fn histograms(labels: &'static [Labels]) -> Filled {
    let metrics = keep(HistogramMetrics::default());
    for labels in labels {
        let child = &metrics.latency_seconds[&by(labels)];
        for value in OBSERVED {
            child.observe(value);
        }
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(metrics),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                metrics.latency_seconds[&by(labels)].observe(0.3);
            }
        }),
    }
}
