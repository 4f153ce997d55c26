//! `opentelemetry`: the SDK read by its Prometheus exporter, which is a collector of `prometheus`.

use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::{Instrument, SdkMeterProvider, Stream};
use prometheus::Registry;

use super::filled::{Exposer, Filled, keep};
use super::prometheus::scrape;
use super::series::{Labels, OBSERVED, with_values, written};
use crate::case::library::OPENTELEMETRY;
use crate::rows::BOUNDS;

pub(crate) fn exposer() -> Exposer {
    Exposer {
        library: OPENTELEMETRY,
        idiom: "opentelemetry-prometheus: gather, encode_utf8",
        counters,
        histograms,
    }
}

/// A provider that keeps n label sets of an instrument apart.
fn provider(registry: &Registry, n: usize) -> &'static SdkMeterProvider {
    let exporter = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .without_target_info()
        .scope_info_enabled(false);
    let exporter = exporter.build().expect("a new registry takes the exporter");
    let all_apart =
        move |_: &Instrument| Stream::builder().with_cardinality_limit(n + 1).build().ok();
    let builder = SdkMeterProvider::builder().with_reader(exporter);
    keep(builder.with_view(all_apart).build())
}

fn by(labels: &Labels) -> [KeyValue; 2] {
    [
        KeyValue::new("customer", labels.customer.clone()),
        KeyValue::new("region", labels.region.clone()),
    ]
}

fn counters(labels: &'static [Labels]) -> Filled {
    let registry = keep(Registry::new());
    let meter = provider(registry, labels.len()).meter("bench");
    let counter = meter.u64_counter("requests").build();
    for (labels, value) in with_values(labels) {
        counter.add(value, &by(labels));
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(registry),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                counter.add(1, &by(labels));
            }
        }),
    }
}

fn histograms(labels: &'static [Labels]) -> Filled {
    let registry = keep(Registry::new());
    let meter = provider(registry, labels.len()).meter("bench");
    let histogram = meter.f64_histogram("latency_seconds");
    let histogram = histogram.with_boundaries(BOUNDS.to_vec()).build();
    for labels in labels {
        let labels = by(labels);
        for value in OBSERVED {
            histogram.record(value, &labels);
        }
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(registry),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                histogram.record(0.3, &by(labels));
            }
        }),
    }
}
