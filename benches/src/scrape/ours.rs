//! This project: an open label set in a registry of its own, scraped by the text encoder.

use std::sync::Arc;

use metrics_core::{Counter, Histogram, LabelSet, MetricSet, Registry, TextEncoder};

use super::filled::{Exposer, Filled, Sink, Stream, keep};
use super::series::{Labels, OBSERVED, with_values, written};
use crate::case::library::OURS;

pub(crate) fn exposers() -> [Exposer; 2] {
    let exposer = |idiom, counters, histograms| Exposer {
        library: OURS,
        idiom,
        counters,
        histograms,
    };
    [
        exposer(STREAMED, streamed_counters, streamed_histograms),
        exposer("TextEncoder into one Vec, reused", counters, histograms),
    ]
}

pub(crate) const STREAMED: &str = "TextEncoder, streamed in chunks";

#[derive(Clone, Copy, LabelSet)]
struct By<'a> {
    #[label(open, max = 1_000_000)]
    customer: &'a str,
    #[label(open, max = 1_000_000)]
    region: &'a str,
}

/// Counters.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Counters {
    /// Requests.
    requests: Counter<By<'static>>,
}

/// Histograms.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Histograms {
    /// Latency.
    #[metric(unit = "seconds")]
    latency: Histogram<By<'static>>,
}

fn by(labels: &Labels) -> By<'_> {
    By {
        customer: &labels.customer,
        region: &labels.region,
    }
}

fn register<S: MetricSet>() -> (&'static Registry, Arc<S>) {
    let registry = keep(Registry::new());
    let set = S::register(registry).expect("an empty registry takes any set");
    (registry, set)
}

fn fill_counters(labels: &'static [Labels]) -> (&'static Registry, Box<dyn FnMut() + Send>) {
    let (registry, set) = register::<Counters>();
    for (labels, value) in with_values(labels) {
        set.requests.with(by(labels)).inc_by(value);
    }
    let mut written = written(labels);
    let write = move || {
        if let Some(labels) = written.next() {
            set.requests.with(by(labels)).inc();
        }
    };
    (registry, Box::new(write))
}

fn fill_histograms(labels: &'static [Labels]) -> (&'static Registry, Box<dyn FnMut() + Send>) {
    let (registry, set) = register::<Histograms>();
    for labels in labels {
        let child = set.latency.with(by(labels));
        for value in OBSERVED {
            child.observe(value);
        }
    }
    let mut written = written(labels);
    let write = move || {
        if let Some(labels) = written.next() {
            set.latency.with(by(labels)).observe(0.3);
        }
    };
    (registry, Box::new(write))
}

fn streamed(registry: &Registry, sink: Sink<'_>) {
    let mut encoder = TextEncoder::new(Stream(sink));
    let _ = registry.gather(&mut encoder);
    encoder.finish().expect("the sink takes everything");
}

fn streamed_counters(labels: &'static [Labels]) -> Filled {
    let (registry, write) = fill_counters(labels);
    Filled {
        scrape: Box::new(|sink| streamed(registry, sink)),
        write,
    }
}

fn streamed_histograms(labels: &'static [Labels]) -> Filled {
    let (registry, write) = fill_histograms(labels);
    Filled {
        scrape: Box::new(|sink| streamed(registry, sink)),
        write,
    }
}

/// Into the same buffer every time.
fn into_one(registry: &'static Registry) -> Box<dyn FnMut(Sink<'_>)> {
    let mut body = Vec::new();
    Box::new(move |sink| {
        body.clear();
        let mut encoder = TextEncoder::new(&mut body);
        let _ = registry.gather(&mut encoder);
        encoder.finish().expect("a vector takes everything");
        sink(&body);
    })
}

fn counters(labels: &'static [Labels]) -> Filled {
    let (registry, write) = fill_counters(labels);
    Filled {
        scrape: into_one(registry),
        write,
    }
}

fn histograms(labels: &'static [Labels]) -> Filled {
    let (registry, write) = fill_histograms(labels);
    Filled {
        scrape: into_one(registry),
        write,
    }
}
