//! An empty asynchronous function, timed: ready at its first poll.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use autometrics::autometrics;
use metrics_core::{Histogram, MetricSet, timed};

use super::recorder::{EXPORTER, drain};
use super::row::TIMED_ASYNC as ROW;
use super::timed::{
    CLIENT_HISTOGRAM, COUNTER, FAST_HISTOGRAM, FOUNDATIONS_HISTOGRAM, MEASURED_HISTOGRAM,
    METERED_HISTOGRAM, METERED_SERVICE, METRIKEN_HISTOGRAM, MeasuredHistogram,
    OPENTELEMETRY_HISTOGRAM, PROMETHEUS_HISTOGRAM, VISE_METRICS, ViseMetrics,
};
use crate::case::{Case, Mark, library::*};

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench_timed_async")]
struct Set {
    /// Calls.
    #[metric(unit = "seconds")]
    calls: Histogram,
}

#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new(ROW, LIMIT, "two reads of the processor's counter", counter),
        Case::new(ROW, LIMIT, "two reads of Instant", clock),
        Case::new(ROW, OURS, "#[timed(Set::calls)]", bound),
        Case::new(ROW, OURS, "#[timed] alone: outcome counted too", alone),
        Case::new(ROW, PROMETHEUS, "start_timer, dropped", prometheus),
        Case::new(ROW, PROMETHEUS_CLIENT, "Instant, observe", client),
        Case::new(ROW, METRICS, "Instant, record on a held handle, with its upkeep", metrics),
        Case::new(ROW, VISE, "start, observe", vise),
        Case::new(ROW, MEASURED, "start_timer, dropped", measured),
        Case::new(ROW, METRIKEN, "Instant, ShardedCounterHistogram::increment", metriken).marked(Mark::Buckets),
        Case::new(ROW, FASTMETRICS, "Instant, observe", fastmetrics),
        Case::new(ROW, FOUNDATIONS, "Instant, TimeHistogram::observe", foundations),
        Case::new(ROW, METERED, "Instant, observe_duration", metered),
        Case::new(ROW, METERED_09, "#[measure(ResponseTime)]", metered_09).marked(Mark::Buckets),
        Case::new(ROW, OPENTELEMETRY, "Instant, record(…, &[])", opentelemetry),
        Case::new(ROW, AUTOMETRICS, "#[autometrics]: outcome counted too", autometrics),
    ]
}

/// Polls n futures to their end. They have nothing to wait for.
#[inline(always)]
fn poll<F: Future<Output = ()>>(n: u64, call: impl Fn() -> F) {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..n {
        let mut future = pin!(call());
        while black_box(future.as_mut()).poll(&mut context).is_pending() {}
    }
}

/// What is timed: a function of its own, as a user's would be.
async fn empty() {}

async fn by_hand(record: impl FnOnce(Duration)) {
    let start = Instant::now();
    empty().await;
    record(start.elapsed());
}

fn counter(n: u64) {
    async fn timed(clock: &quanta::Clock) {
        let start = clock.raw();
        empty().await;
        black_box(clock.raw() - start);
    }
    let clock = &*COUNTER;
    poll(n, || timed(black_box(clock)));
}

fn clock(n: u64) {
    poll(n, || {
        by_hand(|took| {
            black_box(took);
        })
    });
}

#[timed(Set::calls)]
async fn empty_bound() {}

fn bound(n: u64) {
    poll(n, empty_bound);
}

#[timed]
async fn empty_alone() {}

fn alone(n: u64) {
    poll(n, empty_alone);
}

fn prometheus(n: u64) {
    async fn timed(histogram: &prometheus::Histogram) {
        let _timer = histogram.start_timer();
        empty().await;
    }
    let histogram = &*PROMETHEUS_HISTOGRAM;
    poll(n, || timed(black_box(histogram)));
}

fn client(n: u64) {
    let histogram = &*CLIENT_HISTOGRAM;
    poll(n, || {
        let histogram = black_box(histogram);
        by_hand(|took| histogram.observe(took.as_secs_f64()))
    });
}

fn metrics(n: u64) {
    LazyLock::force(&EXPORTER);
    let histogram = &metrics::histogram!("calls");
    poll(n, || {
        let histogram = black_box(histogram);
        by_hand(|took| histogram.record(took))
    });
    drain();
}

fn vise(n: u64) {
    async fn timed(metrics: &ViseMetrics) {
        let timer = metrics.calls.start();
        empty().await;
        timer.observe();
    }
    poll(n, || timed(black_box(&VISE_METRICS)));
}

fn measured(n: u64) {
    async fn timed(histogram: &MeasuredHistogram) {
        let _timer = histogram.start_timer();
        empty().await;
    }
    let histogram = &*MEASURED_HISTOGRAM;
    poll(n, || timed(black_box(histogram)));
}

fn metriken(n: u64) {
    poll(n, || {
        let histogram = black_box(&METRIKEN_HISTOGRAM);
        by_hand(|took| {
            let _ = histogram.increment(took.as_nanos() as u64);
        })
    });
}

fn fastmetrics(n: u64) {
    let histogram = &*FAST_HISTOGRAM;
    poll(n, || {
        let histogram = black_box(histogram);
        by_hand(|took| histogram.observe(took.as_secs_f64()))
    });
}

fn foundations(n: u64) {
    let histogram = &*FOUNDATIONS_HISTOGRAM;
    poll(n, || {
        let histogram = black_box(histogram);
        by_hand(|took| histogram.observe(took.as_nanos() as u64))
    });
}

fn metered(n: u64) {
    let histogram = &*METERED_HISTOGRAM;
    poll(n, || {
        let histogram = black_box(histogram);
        by_hand(|took| {
            histogram.observe_duration(took);
        })
    });
}

fn metered_09(n: u64) {
    let service = &*METERED_SERVICE;
    poll(n, || black_box(service).empty_async());
}

fn opentelemetry(n: u64) {
    let histogram = &*OPENTELEMETRY_HISTOGRAM;
    poll(n, || {
        let histogram = black_box(histogram);
        by_hand(|took| histogram.record(took.as_secs_f64(), &[]))
    });
}

#[autometrics]
async fn empty_autometrics() {}

fn autometrics(n: u64) {
    poll(n, empty_autometrics);
}
