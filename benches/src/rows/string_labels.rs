//! A counter with two labels of text (4 × 3 values of about ten bytes), chosen while it runs.

use std::hint::black_box;
use std::sync::LazyLock;

use metrics_core::{Counter, MetricSet};
use opentelemetry::KeyValue;
use paracord::ParaCord;

use super::inputs::{PAIRS, TEXTS, feed, place};
use super::meter::METER;
use super::recorder::EXPORTER;
use super::row::STRING_LABELS as ROW;
use crate::case::{Case, library::*};

/// The label set of the peers. Most of them can only look up what could also be stored: text that lives as long
/// as the program, or else a copy of it at every update, which this row spares them.
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
    prometheus_client::encoding::EncodeLabelSet,
)]
struct By {
    customer: &'static str,
    region: &'static str,
}

/// The label set of ours, which takes text of any lifetime.
#[derive(Clone, Copy, metrics_core::LabelSet)]
struct Open<'a> {
    #[label(open, max = 100)]
    customer: &'a str,
    #[label(open, max = 100)]
    region: &'a str,
}

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench_string_labels")]
struct Set {
    /// Orders.
    orders: Counter<Open<'static>>,
}

#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new(ROW, LIMIT, "plain add by index", plain),
        Case::new(ROW, OURS, "orders.with(By { … }).inc()", ours),
        Case::new(ROW, PROMETHEUS, "with_label_values(…).inc()", prometheus),
        Case::new(ROW, PROMETHEUS_CLIENT, "Family::get_or_create(&By { … }).inc()", client),
        Case::new(ROW, METRICS, "counter!(…, labels).increment(1)", metrics),
        Case::new(ROW, VISE, "orders[&(…, …)].inc()", vise),
        Case::new(ROW, MEASURED, "CounterVec::inc(By { … }), ParaCord", measured),
        Case::new(ROW, FASTMETRICS, "Family::with_or_new(&By { … }, inc)", fastmetrics),
        Case::new(ROW, FOUNDATIONS, "Family::get_or_create(&By { … }).inc()", foundations),
        Case::new(ROW, METERED, "Family::with(&By { … }, incr)", metered),
        Case::new(ROW, OPENTELEMETRY, "Counter::add(1, &[KeyValue; 2])", opentelemetry),
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
    feed(n, Set::global, &TEXTS, |set, &(customer, region)| {
        set.orders.with(Open { customer, region }).inc();
    });
}

fn prometheus(n: u64) {
    static COUNTERS: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
        let opts = prometheus::Opts::new("orders", "Orders.");
        prometheus::IntCounterVec::new(opts, &["customer", "region"]).expect("good names")
    });
    let counters = &*COUNTERS;
    feed(
        n,
        || counters,
        &TEXTS,
        |counters, &(customer, region)| {
            counters.with_label_values(&[customer, region]).inc();
        },
    );
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
        &TEXTS,
        |counters, &(customer, region)| {
            counters.get_or_create(&By { customer, region }).inc();
        },
    );
}

fn metrics(n: u64) {
    LazyLock::force(&EXPORTER);
    feed(
        n,
        || &(),
        &TEXTS,
        |(), &(customer, region)| {
            metrics::counter!("orders", "customer" => customer, "region" => region).increment(1);
        },
    );
}

#[derive(Debug, vise::Metrics)]
#[metrics(prefix = "bench_string_labels")]
struct ViseMetrics {
    /// Orders.
    #[metrics(labels = ["customer", "region"])]
    orders: vise::LabeledFamily<(&'static str, &'static str), vise::Counter, 2>,
}

fn vise(n: u64) {
    #[vise::register]
    static METRICS: vise::Global<ViseMetrics> = vise::Global::new();
    feed(
        n,
        || &*METRICS,
        &TEXTS,
        |metrics, &(customer, region)| {
            metrics.orders[&(customer, region)].inc();
        },
    );
}

#[derive(Clone, Copy, measured::LabelGroup)]
#[label(set = MeasuredSet)]
struct MeasuredBy<'a> {
    #[label(dynamic_with = ParaCord)]
    customer: &'a str,
    #[label(dynamic_with = ParaCord)]
    region: &'a str,
}

fn measured(n: u64) {
    static COUNTERS: LazyLock<measured::CounterVec<MeasuredSet>> = LazyLock::new(|| {
        measured::CounterVec::with_label_set(MeasuredSet {
            customer: ParaCord::default(),
            region: ParaCord::default(),
        })
    });
    let counters = &*COUNTERS;
    feed(
        n,
        || counters,
        &TEXTS,
        |counters, &(customer, region)| {
            counters.inc(MeasuredBy { customer, region });
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
        &TEXTS,
        |counters, &(customer, region)| {
            counters.with_or_new(&By { customer, region }, |counter| counter.inc());
        },
    );
}

fn foundations(n: u64) {
    type Family = foundations_metrics::Family<By, foundations_metrics::Counter>;
    static COUNTERS: LazyLock<Family> = LazyLock::new(Family::default);
    let counters = &*COUNTERS;
    feed(
        n,
        || counters,
        &TEXTS,
        |counters, &(customer, region)| {
            counters.get_or_create(&By { customer, region }).inc();
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
        &TEXTS,
        |counters, &(customer, region)| {
            counters.with(&By { customer, region }, metered::Counter::incr);
        },
    );
}

fn opentelemetry(n: u64) {
    static COUNTER: LazyLock<opentelemetry::metrics::Counter<u64>> =
        LazyLock::new(|| METER.u64_counter("orders").build());
    let counter = &*COUNTER;
    feed(
        n,
        || counter,
        &TEXTS,
        |counter, &(customer, region)| {
            let labels = [
                KeyValue::new("customer", customer),
                KeyValue::new("region", region),
            ];
            counter.add(1, &labels);
        },
    );
}
