//! `metered`: its registry encoded as OpenMetrics, into one reused string.

use std::sync::atomic::AtomicU64;

use metered::bucket_histogram::{BucketHistogram, Buckets};
use metered::om::OpenMetricsEncoder;
use metered::primitives::AsCounter;
use metered::{Counter, Family, LabelSet, MetricTree, Registry, entry};

use super::filled::{Exposer, Filled, Sink, keep};
use super::series::{Labels, OBSERVED, with_values, written};
use crate::case::library::METERED;
use crate::rows::BOUNDS;

pub(crate) fn exposer() -> Exposer {
    Exposer {
        library: METERED,
        idiom: "Registry::encode OpenMetrics into one String, reused",
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

fn scrape(
    name: &'static str,
    family: &'static (impl MetricTree + Sync),
) -> Box<dyn FnMut(Sink<'_>)> {
    let mut registry = Registry::new();
    registry.register(entry::metric(name).source(family).help("Help."));
    let mut body = String::new();
    Box::new(move |sink| {
        body.clear();
        let mut encoder = OpenMetricsEncoder::new(&mut body);
        let encoded = registry.encode(&mut encoder);
        encoded.expect("a string takes everything");
        encoder.finish().expect("a string takes everything");
        sink(body.as_bytes());
    })
}

fn counters(labels: &'static [Labels]) -> Filled {
    let new = || AsCounter(AtomicU64::new(0));
    let family = keep(Family::<By, _, _>::new_with_constructor(new));
    for (labels, value) in with_values(labels) {
        family.with(&labels.into(), |counter| counter.incr_by(value));
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape("requests", family),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                family.with(&labels.into(), Counter::incr);
            }
        }),
    }
}

fn histograms(labels: &'static [Labels]) -> Filled {
    let new = || BucketHistogram::new(Buckets::custom(BOUNDS));
    let family = keep(Family::<By, _, _>::new_with_constructor(new));
    for labels in labels {
        family.with(&labels.into(), |histogram| {
            for value in OBSERVED {
                histogram.observe(value);
            }
        });
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape("latency_seconds", family),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                family.with(&labels.into(), |histogram| histogram.observe(0.3));
            }
        }),
    }
}
