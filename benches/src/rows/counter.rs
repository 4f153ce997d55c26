//! A counter without labels.

use std::hint::black_box;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use metrics_core::{Counter, MetricSet};

use super::{LIMIT, OURS};
use crate::measure::Case;

const ROW: &str = "counter";

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench")]
struct Set {
    /// Events.
    events: Counter,
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case {
            row: ROW,
            library: LIMIT,
            idiom: "plain add in memory",
            run: plain,
        },
        Case {
            row: ROW,
            library: LIMIT,
            idiom: "locked add",
            run: locked,
        },
        Case {
            row: ROW,
            library: OURS,
            idiom: "Set::global().events.inc()",
            run: ours,
        },
        Case {
            row: ROW,
            library: "prometheus",
            idiom: "IntCounter::inc",
            run: prometheus,
        },
        Case {
            row: ROW,
            library: "prometheus-client",
            idiom: "Counter::inc",
            run: client,
        },
    ]
}

fn plain(n: u64) {
    let mut value = 0_u64;
    for _ in 0..n {
        let value = black_box(&mut value);
        *value += 1;
    }
}

fn locked(n: u64) {
    static VALUE: AtomicU64 = AtomicU64::new(0);
    for _ in 0..n {
        black_box(&VALUE).fetch_add(1, Relaxed);
    }
}

fn ours(n: u64) {
    for _ in 0..n {
        black_box(Set::global()).events.inc();
    }
}

fn prometheus(n: u64) {
    static COUNTER: LazyLock<prometheus::IntCounter> =
        LazyLock::new(|| prometheus::IntCounter::new("events", "Events.").expect("a good name"));
    for _ in 0..n {
        black_box(&*COUNTER).inc();
    }
}

fn client(n: u64) {
    static COUNTER: LazyLock<prometheus_client::metrics::counter::Counter> =
        LazyLock::new(Default::default);
    for _ in 0..n {
        black_box(&*COUNTER).inc();
    }
}
