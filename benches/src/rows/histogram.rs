//! A histogram of 11 buckets, the default ones, with values spread evenly over them.

use std::hint::black_box;
use std::sync::LazyLock;

use metrics_core::{DEFAULT_BUCKETS, Histogram, MetricSet};

use super::OURS;
use crate::measure::Case;

const ROW: &str = "histogram, 11 buckets";

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench")]
struct Set {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram,
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case {
            row: ROW,
            library: OURS,
            idiom: "time.observe(…)",
            run: ours,
        },
        Case {
            row: ROW,
            library: "prometheus",
            idiom: "Histogram::observe",
            run: prometheus,
        },
        Case {
            row: ROW,
            library: "prometheus-client",
            idiom: "Histogram::observe",
            run: client,
        },
    ]
}

/// Values up to 12 s, in an order that no branch predictor learns.
static DRAWN: LazyLock<[f64; 4096]> = LazyLock::new(|| {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::array::from_fn(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64 * 12.0
    })
});

fn ours(n: u64) {
    let drawn = &*DRAWN;
    for i in 0..n {
        Set::global().time.observe(drawn[i as usize % 4096]);
    }
}

fn prometheus(n: u64) {
    static HISTOGRAM: LazyLock<prometheus::Histogram> = LazyLock::new(|| {
        prometheus::Histogram::with_opts(prometheus::HistogramOpts::new("time", "Time."))
            .expect("good options")
    });
    let drawn = &*DRAWN;
    for i in 0..n {
        HISTOGRAM.observe(drawn[i as usize % 4096]);
    }
}

fn client(n: u64) {
    static HISTOGRAM: LazyLock<prometheus_client::metrics::histogram::Histogram> =
        LazyLock::new(|| {
            prometheus_client::metrics::histogram::Histogram::new(DEFAULT_BUCKETS.iter().copied())
        });
    let drawn = &*DRAWN;
    for i in 0..n {
        black_box(&*HISTOGRAM).observe(drawn[i as usize % 4096]);
    }
}
