//! `measured`: its text encoder into one reused vector, faster than its buffered one; texts in its author's interner.

use measured::metric::histogram::Thresholds;
use measured::text::TextEncoder;
use measured::{CounterVec, HistogramVec, LabelGroup, MetricGroup};
use paracord::ParaCord;

use super::filled::{Exposer, Filled, Sink, keep};
use super::series::{Labels, OBSERVED, with_values, written};
use crate::case::library::MEASURED;
use crate::rows::BOUNDS;

pub(crate) fn exposer() -> Exposer {
    Exposer {
        library: MEASURED,
        idiom: "TextEncoder into one Vec, reused",
        counters,
        histograms,
    }
}

#[derive(Clone, Copy, LabelGroup)]
#[label(set = BySet)]
struct By<'a> {
    #[label(dynamic_with = ParaCord)]
    customer: &'a str,
    #[label(dynamic_with = ParaCord)]
    region: &'a str,
}

#[derive(MetricGroup)]
struct Counters {
    /// Requests.
    requests: CounterVec<BySet>,
}

#[derive(MetricGroup)]
struct Histograms {
    /// Latency.
    latency_seconds: HistogramVec<BySet, 11>,
}

fn by(labels: &Labels) -> By<'_> {
    By {
        customer: &labels.customer,
        region: &labels.region,
    }
}

fn label_set() -> BySet {
    BySet {
        customer: ParaCord::default(),
        region: ParaCord::default(),
    }
}

fn scrape(group: &'static impl MetricGroup<TextEncoder<Vec<u8>>>) -> Box<dyn FnMut(Sink<'_>)> {
    let mut encoder = TextEncoder::new(Vec::new());
    Box::new(move |sink| {
        encoder.writer.clear();
        let collected = group.collect_group_into(&mut encoder);
        collected.expect("a vector takes everything");
        encoder.flush().expect("a vector takes everything");
        sink(&encoder.writer);
    })
}

fn counters(labels: &'static [Labels]) -> Filled {
    let group = keep(Counters {
        requests: CounterVec::with_label_set(label_set()),
    });
    for (labels, value) in with_values(labels) {
        group.requests.inc_by(by(labels), value);
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(group),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                group.requests.inc(by(labels));
            }
        }),
    }
}

fn histograms(labels: &'static [Labels]) -> Filled {
    let thresholds = Thresholds::with_buckets(BOUNDS);
    let group = keep(Histograms {
        latency_seconds: HistogramVec::with_label_set_and_metadata(label_set(), thresholds),
    });
    for labels in labels {
        let child = group.latency_seconds.with_labels(by(labels));
        for value in OBSERVED {
            group.latency_seconds.get_metric(child).observe(value);
        }
    }
    let mut written = written(labels);
    Filled {
        scrape: scrape(group),
        write: Box::new(move || {
            if let Some(labels) = written.next() {
                group.latency_seconds.observe(by(labels), 0.3);
            }
        }),
    }
}
