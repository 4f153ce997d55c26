//! A counter with two labels of text (4 × 3 values of about ten characters), chosen while it runs.

use std::hint::black_box;
use std::sync::LazyLock;

use metrics_core::{Counter, LabelSet, MetricSet};
use prometheus_client::metrics::family::Family;

use super::OURS;
use crate::measure::Case;

const ROW: &str = "counter, 2 string labels";

#[derive(Clone, Copy, LabelSet)]
struct By<'a> {
    #[label(open, max = 100)]
    customer: &'a str,
    #[label(open, max = 100)]
    region: &'a str,
}

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench")]
struct Set {
    /// Orders.
    orders: Counter<By<'static>>,
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case {
            row: ROW,
            library: OURS,
            idiom: "orders.with(By { … }).inc()",
            run: ours,
        },
        Case {
            row: ROW,
            library: "prometheus",
            idiom: "with_label_values(…).inc()",
            run: prometheus,
        },
        Case {
            row: ROW,
            library: "prometheus-client",
            idiom: "get_or_create(…).inc()",
            run: client,
        },
    ]
}

static DRAWN: LazyLock<[(String, String); 16]> = LazyLock::new(|| {
    std::array::from_fn(|i| {
        (
            format!("customer-{}", (i * 7) % 4),
            format!("region-{}", (i * 5) % 3),
        )
    })
});

fn ours(n: u64) {
    let drawn = &*DRAWN;
    for i in 0..n {
        let (customer, region) = black_box(&drawn[i as usize % 16]);
        Set::global().orders.with(By { customer, region }).inc();
    }
}

fn prometheus(n: u64) {
    static COUNTERS: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
        let opts = prometheus::Opts::new("orders", "Orders.");
        prometheus::IntCounterVec::new(opts, &["customer", "region"]).expect("good names")
    });
    let drawn = &*DRAWN;
    for i in 0..n {
        let (customer, region) = black_box(&drawn[i as usize % 16]);
        COUNTERS.with_label_values(&[customer, region]).inc();
    }
}

fn client(n: u64) {
    type Labels = [(&'static str, &'static str); 2];
    static COUNTERS: LazyLock<Family<Labels, prometheus_client::metrics::counter::Counter>> =
        LazyLock::new(Family::default);
    let drawn = &*DRAWN;
    for i in 0..n {
        let (customer, region) = black_box(&drawn[i as usize % 16]);
        COUNTERS
            .get_or_create(&[("customer", customer), ("region", region)])
            .inc();
    }
}
