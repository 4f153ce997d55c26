//! What the machine can do: copying a body of the same lines.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::filled::{Exposer, Filled};
use super::series::{Kind, Labels, OBSERVED, with_values};
use crate::case::library::LIMIT;
use crate::rows::BOUNDS;

pub(crate) fn exposer() -> Exposer {
    Exposer {
        library: LIMIT,
        idiom: "memcpy of the body into one Vec, reused",
        counters: |labels| copied(counters(labels)),
        histograms: |labels| copied(histograms(labels)),
    }
}

fn copied(body: String) -> Filled {
    let mut copy = Vec::new();
    // the writer's limit: a locked add in a cell that is at hand
    let cell = AtomicU64::new(0);
    Filled {
        scrape: Box::new(move |sink| {
            copy.clear();
            copy.extend_from_slice(body.as_bytes());
            sink(&copy);
        }),
        write: Box::new(move || {
            cell.fetch_add(1, Relaxed);
        }),
    }
}

fn counters(labels: &'static [Labels]) -> String {
    let mut body = String::new();
    for (Labels { customer, region }, value) in with_values(labels) {
        let _ = writeln!(
            body,
            "requests_total{{customer=\"{customer}\",region=\"{region}\"}} {value}"
        );
    }
    body
}

fn histograms(labels: &'static [Labels]) -> String {
    let mut body = String::new();
    for Labels { customer, region } in labels {
        let own = format!("customer=\"{customer}\",region=\"{region}\"");
        for bound in BOUNDS.into_iter().chain([f64::INFINITY]) {
            let count = OBSERVED.iter().filter(|value| **value <= bound).count();
            let _ = writeln!(
                body,
                "latency_seconds_bucket{{{own},le=\"{bound}\"}} {count}"
            );
        }
        let sum: f64 = OBSERVED.iter().sum();
        let _ = writeln!(body, "latency_seconds_sum{{{own}}} {sum}");
        let _ = writeln!(body, "latency_seconds_count{{{own}}} {}", OBSERVED.len());
    }
    debug_assert_eq!(
        body.lines().count(),
        labels.len() * Kind::Histograms.lines()
    );
    body
}
