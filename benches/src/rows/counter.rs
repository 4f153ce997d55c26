//! A counter without labels.

use std::hint::black_box;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use metrics_core::{Counter, MetricSet};
use prometheus::local::LocalIntCounter;

use super::inputs::repeat;
use super::meter::METER;
use super::recorder::EXPORTER;
use super::row::COUNTER as ROW;
use crate::case::{Case, Mark, library::*};

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench_counters")]
struct Set {
    /// Events.
    events: Counter,
}

#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new(ROW, LIMIT, "plain add", plain),
        Case::new(ROW, LIMIT, "locked add", locked),
        Case::new(ROW, OURS, "Set::global().events.inc()", ours),
        Case::new(ROW, PROMETHEUS, "IntCounter::inc", prometheus),
        Case::new(ROW, PROMETHEUS, "LocalIntCounter::inc", prometheus_local).marked(Mark::Flush),
        Case::new(ROW, PROMETHEUS_CLIENT, "Counter::inc", client),
        Case::new(ROW, METRICS, "Counter::increment, handle held", metrics),
        Case::new(ROW, VISE, "METRICS.events.inc()", vise),
        Case::new(ROW, MEASURED, "Counter::inc", measured),
        Case::new(ROW, METRIKEN, "Counter::increment", metriken),
        Case::new(ROW, METRIKEN, "ShardedCounterGroup::increment", metriken_sharded),
        Case::new(ROW, FASTMETRICS, "Counter::inc", fastmetrics),
        Case::new(ROW, FOUNDATIONS, "ThreadLocalCounter::inc", foundations),
        Case::new(ROW, METERED, "AtomicU64::incr", metered),
        Case::new(ROW, OPENTELEMETRY, "Counter::add(1, &[])", opentelemetry),
        Case::new(ROW, OPENTELEMETRY, "BoundCounter::add (experimental)", opentelemetry_bound),
    ]
}

fn plain(n: u64) {
    let mut value = 0_u64;
    for _ in 0..n {
        *black_box(&mut value) += 1;
    }
}

fn locked(n: u64) {
    static VALUE: AtomicU64 = AtomicU64::new(0);
    repeat(
        n,
        || &VALUE,
        |value| {
            value.fetch_add(1, Relaxed);
        },
    );
}

fn ours(n: u64) {
    repeat(n, Set::global, |set| set.events.inc());
}

static INT_COUNTER: LazyLock<prometheus::IntCounter> =
    LazyLock::new(|| prometheus::IntCounter::new("events", "Events.").expect("a good name"));

fn prometheus(n: u64) {
    let counter = &*INT_COUNTER;
    repeat(n, || counter, |counter| counter.inc());
}

fn prometheus_local(n: u64) {
    let counter: LocalIntCounter = INT_COUNTER.local();
    repeat(n, || &counter, |counter| counter.inc());
    counter.flush();
}

fn client(n: u64) {
    static COUNTER: LazyLock<prometheus_client::metrics::counter::Counter> =
        LazyLock::new(Default::default);
    let counter = &*COUNTER;
    repeat(
        n,
        || counter,
        |counter| {
            counter.inc();
        },
    );
}

fn metrics(n: u64) {
    LazyLock::force(&EXPORTER);
    let counter = metrics::counter!("events");
    repeat(n, || &counter, |counter| counter.increment(1));
}

#[derive(Debug, vise::Metrics)]
#[metrics(prefix = "bench_counters")]
struct ViseMetrics {
    /// Events.
    events: vise::Counter,
}

fn vise(n: u64) {
    #[vise::register]
    static METRICS: vise::Global<ViseMetrics> = vise::Global::new();
    repeat(
        n,
        || &*METRICS,
        |metrics| {
            metrics.events.inc();
        },
    );
}

fn measured(n: u64) {
    static COUNTER: LazyLock<measured::Counter> = LazyLock::new(measured::Counter::new);
    let counter = &*COUNTER;
    repeat(n, || counter, |counter| counter.inc());
}

fn metriken(n: u64) {
    #[metriken::metric(name = "events")]
    static COUNTER: metriken::Counter = metriken::Counter::new();
    repeat(
        n,
        || &COUNTER,
        |counter| {
            counter.increment();
        },
    );
}

fn metriken_sharded(n: u64) {
    #[metriken::metric(name = "sharded_events")]
    static COUNTER: metriken::ShardedCounterGroup = metriken::ShardedCounterGroup::new(1);
    repeat(
        n,
        || &COUNTER,
        |counter| {
            counter.increment(0);
        },
    );
}

fn fastmetrics(n: u64) {
    static COUNTER: LazyLock<fastmetrics::metrics::counter::Counter> =
        LazyLock::new(Default::default);
    let counter = &*COUNTER;
    repeat(n, || counter, |counter| counter.inc());
}

fn foundations(n: u64) {
    static COUNTER: LazyLock<foundations_metrics::ThreadLocalCounter> =
        LazyLock::new(Default::default);
    let counter = &*COUNTER;
    repeat(n, || counter, |counter| counter.inc());
}

fn metered(n: u64) {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    repeat(n, || &COUNTER, metered::Counter::incr);
}

static OPENTELEMETRY_COUNTER: LazyLock<opentelemetry::metrics::Counter<u64>> =
    LazyLock::new(|| METER.u64_counter("events").build());

fn opentelemetry(n: u64) {
    let counter = &*OPENTELEMETRY_COUNTER;
    repeat(n, || counter, |counter| counter.add(1, &[]));
}

fn opentelemetry_bound(n: u64) {
    let counter = OPENTELEMETRY_COUNTER.bind(&[]);
    repeat(n, || &counter, |counter| counter.add(1));
}
