//! A counter with two labels of an enum each (4 × 3 values), chosen while it runs.

use std::hint::black_box;
use std::sync::LazyLock;

use metrics_core::{Counter, Label, LabelSet, MetricSet};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::family::Family;

use super::OURS;
use crate::measure::Case;

const ROW: &str = "counter, 2 enum labels";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Label, EncodeLabelValue)]
enum Method {
    Get,
    Post,
    Put,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Label, EncodeLabelValue)]
enum Status {
    Ok,
    Refused,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, LabelSet, EncodeLabelSet)]
struct By {
    method: Method,
    status: Status,
}

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench")]
struct Set {
    /// Requests.
    requests: Counter<By>,
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case {
            row: ROW,
            library: OURS,
            idiom: "requests.with(By { … }).inc()",
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

/// Label sets drawn beforehand, a power of two, so that choosing one costs nothing to speak of.
static DRAWN: LazyLock<[By; 16]> = LazyLock::new(|| {
    let methods = [Method::Get, Method::Post, Method::Put, Method::Delete];
    let statuses = [Status::Ok, Status::Refused, Status::Failed];
    std::array::from_fn(|i| By {
        method: methods[(i * 7) % 4],
        status: statuses[(i * 5) % 3],
    })
});

fn ours(n: u64) {
    let drawn = &*DRAWN;
    for i in 0..n {
        Set::global().requests.with(drawn[i as usize % 16]).inc();
    }
}

fn prometheus(n: u64) {
    static COUNTERS: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
        let opts = prometheus::Opts::new("requests", "Requests.");
        prometheus::IntCounterVec::new(opts, &["method", "status"]).expect("good names")
    });
    let drawn = DRAWN.map(|by| {
        (
            <Method as Label>::VALUES[by.method.index()],
            <Status as Label>::VALUES[by.status.index()],
        )
    });
    for i in 0..n {
        let (method, status) = black_box(drawn[i as usize % 16]);
        COUNTERS.with_label_values(&[method, status]).inc();
    }
}

fn client(n: u64) {
    static COUNTERS: LazyLock<Family<By, prometheus_client::metrics::counter::Counter>> =
        LazyLock::new(Family::default);
    let drawn = &*DRAWN;
    for i in 0..n {
        COUNTERS.get_or_create(&drawn[i as usize % 16]).inc();
    }
}
