//! An empty function, timed.

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

use metrics_core::{Histogram, MetricSet, timed};

use super::{LIMIT, OURS};
use crate::measure::Case;

const ROW: &str = "timing an empty function";

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench")]
struct Set {
    /// Calls.
    #[metric(unit = "seconds")]
    calls: Histogram,
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case {
            row: ROW,
            library: LIMIT,
            idiom: "two clock reads",
            run: clock,
        },
        Case {
            row: ROW,
            library: OURS,
            idiom: "#[timed(Set::calls)]",
            run: bound,
        },
        Case {
            row: ROW,
            library: "metrics-core, alone",
            idiom: "#[timed], and its outcome counted",
            run: alone,
        },
        Case {
            row: ROW,
            library: "prometheus",
            idiom: "start_timer, dropped",
            run: prometheus,
        },
    ]
}

fn clock(n: u64) {
    for _ in 0..n {
        black_box(black_box(Instant::now()).elapsed());
    }
}

#[timed(Set::calls)]
#[inline(never)]
fn empty() {}

fn bound(n: u64) {
    for _ in 0..n {
        empty();
    }
}

#[timed]
#[inline(never)]
fn empty_alone() {}

fn alone(n: u64) {
    for _ in 0..n {
        empty_alone();
    }
}

fn prometheus(n: u64) {
    static HISTOGRAM: LazyLock<prometheus::Histogram> = LazyLock::new(|| {
        prometheus::Histogram::with_opts(prometheus::HistogramOpts::new("calls", "Calls."))
            .expect("good options")
    });
    for _ in 0..n {
        drop(black_box(HISTOGRAM.start_timer()));
    }
}
