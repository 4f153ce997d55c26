//! `metrics` with its Prometheus exporter: rendered piece by piece, as its documentation has it for large bodies.

use metrics::{Label, counter, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::filled::{Exposer, Filled, Sink, Stream};
use super::series::{Labels, OBSERVED, with_values, written};
use crate::case::library::METRICS;
use crate::rows::BOUNDS;

pub(crate) fn exposer() -> Exposer {
    Exposer {
        library: METRICS,
        idiom: "render_to_write, line by line",
        counters,
        histograms,
    }
}

fn install() -> PrometheusHandle {
    let builder = PrometheusBuilder::new().set_buckets(&BOUNDS);
    let builder = builder.expect("there are buckets");
    builder.install_recorder().expect("no other recorder")
}

fn by(labels: &Labels) -> Vec<Label> {
    vec![
        Label::new("customer", labels.customer.clone()),
        Label::new("region", labels.region.clone()),
    ]
}

fn scrape(handle: PrometheusHandle) -> Box<dyn FnMut(Sink<'_>)> {
    Box::new(move |sink| {
        let rendered = handle.render_to_write(&mut Stream(sink));
        rendered.expect("the sink takes everything");
    })
}

fn counters(labels: &'static [Labels]) -> Filled {
    let handle = install();
    for (labels, value) in with_values(labels) {
        counter!("requests_total", by(labels)).increment(value);
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(handle),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                counter!("requests_total", by(labels)).increment(1);
            }
        }),
    }
}

fn histograms(labels: &'static [Labels]) -> Filled {
    let handle = install();
    for labels in labels {
        let child = histogram!("latency_seconds", by(labels));
        for value in OBSERVED {
            child.record(value);
        }
    }
    // what was observed is in a queue until the upkeep, or the next scrape, takes it in
    handle.run_upkeep();
    let mut written = written(labels);
    Filled {
        scrape: scrape(handle),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                histogram!("latency_seconds", by(labels)).record(0.3);
            }
        }),
    }
}
