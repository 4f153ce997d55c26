//! A counter with two labels of an enum each (4 × 3 values), chosen while it runs.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::LazyLock;

use foundations_metrics::{LowCardinalityFamily, LowCardinalityLabel, ThreadLocalCounter};
use metrics_core::{Counter, MetricSet};
use opentelemetry::KeyValue;
use prometheus::{IntCounter, IntCounterVec};

use super::inputs::{Method, PAIRS, Status, all_pairs, feed, place};
use super::meter::METER;
use super::recorder::EXPORTER;
use super::row::ENUM_LABELS as ROW;
use super::static_metric::{LocalCounters, STATIC_PAIRS, StaticCounters};
use crate::case::{Case, Mark, library::*};

/// The label set, for all libraries that derive theirs.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    fastmetrics::derive::LabelSet,
    metered::LabelSet,
    metrics_core::LabelSet,
    prometheus_client::encoding::EncodeLabelSet,
    vise::EncodeLabelSet,
)]
struct By {
    method: Method,
    status: Status,
}

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench_enum_labels")]
struct Set {
    /// Requests.
    requests: Counter<By>,
}

#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new(ROW, LIMIT, "plain add by index", plain),
        Case::new(ROW, OURS, "requests.with(By { … }).inc()", ours),
        Case::new(ROW, PROMETHEUS, "with_label_values(…).inc()", prometheus),
        Case::new(ROW, PROMETHEUS, "children by index", prometheus_held).marked(Mark::Held),
        Case::new(ROW, STATIC_METRIC, "get(method).get(status).inc()", static_metric),
        Case::new(ROW, STATIC_METRIC, "the same, LocalIntCounter", static_local).marked(Mark::Flush),
        Case::new(ROW, PROMETHEUS_CLIENT, "Family::get_or_create(&By { … }).inc()", client),
        Case::new(ROW, METRICS, "counter!(…, labels).increment(1)", metrics),
        Case::new(ROW, METRICS, "handles by index", metrics_held).marked(Mark::Held),
        Case::new(ROW, VISE, "requests[&By { … }].inc()", vise),
        Case::new(ROW, MEASURED, "CounterVec::inc(By { … }), dense", measured),
        Case::new(ROW, METRIKEN, "CounterGroup::increment(index)", metriken),
        Case::new(ROW, METRIKEN, "ShardedCounterGroup::increment(index)", metriken_sharded),
        Case::new(ROW, FASTMETRICS, "Family::with_or_new(&By { … }, inc)", fastmetrics),
        Case::new(ROW, FOUNDATIONS, "LowCardinalityFamily of ThreadLocalCounter", foundations),
        Case::new(ROW, METERED, "Family::with(&By { … }, incr)", metered),
        Case::new(ROW, OPENTELEMETRY, "Counter::add(1, &[KeyValue; 2])", opentelemetry),
        Case::new(ROW, OPENTELEMETRY, "BoundCounter by index", opentelemetry_held).marked(Mark::Held),
    ]
}

fn plain(n: u64) {
    let mut values = [0_u64; 12];
    let pairs = &*PAIRS;
    for i in 0..n {
        let pair = black_box(&pairs[i as usize % pairs.len()]);
        black_box(&mut values)[place(*pair)] += 1;
    }
}

fn ours(n: u64) {
    feed(n, Set::global, &PAIRS, |set, &(method, status)| {
        set.requests.with(By { method, status }).inc();
    });
}

fn counter_vec() -> IntCounterVec {
    let opts = prometheus::Opts::new("requests", "Requests.");
    IntCounterVec::new(opts, &["method", "status"]).expect("good names")
}

fn prometheus(n: u64) {
    static COUNTERS: LazyLock<IntCounterVec> = LazyLock::new(counter_vec);
    let counters = &*COUNTERS;
    feed(
        n,
        || counters,
        &PAIRS,
        |counters, (method, status)| {
            counters
                .with_label_values(&[method.text(), status.text()])
                .inc();
        },
    );
}

fn prometheus_held(n: u64) {
    static COUNTERS: LazyLock<Vec<IntCounter>> = LazyLock::new(|| {
        let counters = counter_vec();
        let child = |(method, status): (Method, Status)| {
            counters.with_label_values(&[method.text(), status.text()])
        };
        all_pairs().map(child).collect()
    });
    let counters = &**COUNTERS;
    feed(
        n,
        || counters,
        &PAIRS,
        |counters, pair| {
            counters[place(*pair)].inc();
        },
    );
}

static STATIC_VEC: LazyLock<IntCounterVec> = LazyLock::new(counter_vec);

fn static_metric(n: u64) {
    static COUNTERS: LazyLock<StaticCounters> = LazyLock::new(|| StaticCounters::from(&STATIC_VEC));
    let counters = &*COUNTERS;
    feed(
        n,
        || counters,
        &STATIC_PAIRS,
        |counters, &(method, status)| {
            counters.get(method).get(status).inc();
        },
    );
}

fn static_local(n: u64) {
    let counters = LocalCounters::from(&STATIC_VEC);
    feed(
        n,
        || &counters,
        &STATIC_PAIRS,
        |counters, &(method, status)| {
            counters.get(method).get(status).inc();
        },
    );
    counters.flush();
}

fn client(n: u64) {
    type Family = prometheus_client::metrics::family::Family<
        By,
        prometheus_client::metrics::counter::Counter,
    >;
    static COUNTERS: LazyLock<Family> = LazyLock::new(Family::default);
    let counters = &*COUNTERS;
    feed(
        n,
        || counters,
        &PAIRS,
        |counters, &(method, status)| {
            counters.get_or_create(&By { method, status }).inc();
        },
    );
}

fn metrics(n: u64) {
    LazyLock::force(&EXPORTER);
    feed(
        n,
        || &(),
        &PAIRS,
        |(), (method, status)| {
            metrics::counter!("requests", "method" => method.text(), "status" => status.text())
                .increment(1);
        },
    );
}

fn metrics_held(n: u64) {
    LazyLock::force(&EXPORTER);
    let handle = |(method, status): (Method, Status)| metrics::counter!("requests", "method" => method.text(), "status" => status.text());
    let counters: Vec<_> = all_pairs().map(handle).collect();
    feed(
        n,
        || &*counters,
        &PAIRS,
        |counters, pair| {
            counters[place(*pair)].increment(1);
        },
    );
}

#[derive(Debug, vise::Metrics)]
#[metrics(prefix = "bench_enum_labels")]
struct ViseMetrics {
    /// Requests.
    requests: vise::Family<By, vise::Counter>,
}

fn vise(n: u64) {
    #[vise::register]
    static METRICS: vise::Global<ViseMetrics> = vise::Global::new();
    feed(
        n,
        || &*METRICS,
        &PAIRS,
        |metrics, &(method, status)| {
            metrics.requests[&By { method, status }].inc();
        },
    );
}

/// The label set of `measured`, whose derive shares an attribute's name with others.
#[derive(Clone, Copy, measured::LabelGroup)]
#[label(set = MeasuredSet)]
struct MeasuredBy {
    method: Method,
    status: Status,
}

fn measured(n: u64) {
    static COUNTERS: LazyLock<measured::CounterVec<MeasuredSet>> =
        LazyLock::new(measured::CounterVec::dense);
    let counters = &*COUNTERS;
    feed(
        n,
        || counters,
        &PAIRS,
        |counters, &(method, status)| {
            counters.inc(MeasuredBy { method, status });
        },
    );
}

fn metriken(n: u64) {
    #[metriken::metric(name = "requests")]
    static COUNTERS: metriken::CounterGroup = metriken::CounterGroup::new(12);
    feed(
        n,
        || &COUNTERS,
        &PAIRS,
        |counters, pair| {
            counters.increment(place(*pair));
        },
    );
}

fn metriken_sharded(n: u64) {
    #[metriken::metric(name = "sharded_requests")]
    static COUNTERS: metriken::ShardedCounterGroup = metriken::ShardedCounterGroup::new(12);
    feed(
        n,
        || &COUNTERS,
        &PAIRS,
        |counters, pair| {
            counters.increment(place(*pair));
        },
    );
}

fn fastmetrics(n: u64) {
    type Family = fastmetrics::metrics::family::Family<By, fastmetrics::metrics::counter::Counter>;
    static COUNTERS: LazyLock<Family> = LazyLock::new(Family::default);
    let counters = &*COUNTERS;
    feed(
        n,
        || counters,
        &PAIRS,
        |counters, &(method, status)| {
            counters.with_or_new(&By { method, status }, |counter| counter.inc());
        },
    );
}

impl LowCardinalityLabel for By {
    const CARDINALITY: NonZeroUsize = NonZeroUsize::new(12).expect("it is not 0");

    fn index(&self) -> usize {
        place((self.method, self.status))
    }
}

fn foundations(n: u64) {
    static COUNTERS: LazyLock<LowCardinalityFamily<By, ThreadLocalCounter>> =
        LazyLock::new(LowCardinalityFamily::default);
    let counters = &*COUNTERS;
    feed(
        n,
        || counters,
        &PAIRS,
        |counters, &(method, status)| {
            counters.get_or_create(&By { method, status }).inc();
        },
    );
}

fn metered(n: u64) {
    type Family = metered::Family<By, std::sync::atomic::AtomicU64>;
    static COUNTERS: LazyLock<Family> = LazyLock::new(Family::default);
    let counters = &*COUNTERS;
    feed(
        n,
        || counters,
        &PAIRS,
        |counters, &(method, status)| {
            counters.with(&By { method, status }, metered::Counter::incr);
        },
    );
}

static OPENTELEMETRY_COUNTER: LazyLock<opentelemetry::metrics::Counter<u64>> =
    LazyLock::new(|| METER.u64_counter("requests").build());

fn key_values((method, status): (Method, Status)) -> [KeyValue; 2] {
    [
        KeyValue::new("method", method.text()),
        KeyValue::new("status", status.text()),
    ]
}

fn opentelemetry(n: u64) {
    let counter = &*OPENTELEMETRY_COUNTER;
    feed(
        n,
        || counter,
        &PAIRS,
        |counter, pair| {
            counter.add(1, &key_values(*pair));
        },
    );
}

fn opentelemetry_held(n: u64) {
    let bound = |pair| OPENTELEMETRY_COUNTER.bind(&key_values(pair));
    let counters: Vec<_> = all_pairs().map(bound).collect();
    feed(
        n,
        || &*counters,
        &PAIRS,
        |counters, pair| {
            counters[place(*pair)].add(1);
        },
    );
}
