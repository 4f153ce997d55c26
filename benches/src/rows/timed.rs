//! An empty function, timed. It is not inlined, so that each call is one.

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use autometrics::autometrics;
use metrics_core::{Histogram, MetricSet, timed};

use super::inputs::{BOUNDS, repeat};
use super::meter::METER;
use super::recorder::{EXPORTER, drain};
use super::row::TIMED as ROW;
use crate::case::{Case, Mark, library::*};

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench_timed")]
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
        Case::new(ROW, PROMETHEUS, "observe_closure_duration", prometheus_closure),
        Case::new(ROW, PROMETHEUS_CLIENT, "Instant, observe", client),
        Case::new(ROW, METRICS, "Instant, record on a held handle, with its upkeep", metrics),
        Case::new(ROW, VISE, "start, observe", vise),
        Case::new(ROW, MEASURED, "start_timer, dropped", measured),
        Case::new(ROW, METRIKEN, "Instant, ShardedCounterHistogram::increment", metriken).marked(Mark::Buckets),
        Case::new(ROW, FASTMETRICS, "Instant, observe", fastmetrics),
        Case::new(ROW, FOUNDATIONS, "Instant, TimeHistogram::observe", foundations),
        Case::new(ROW, FOUNDATIONS, "TimeHistogram::start_timer, dropped", foundations_timer),
        Case::new(ROW, METERED, "Instant, observe_duration", metered),
        Case::new(ROW, METERED_09, "#[measure(ResponseTime)]", metered_09).marked(Mark::Buckets),
        Case::new(ROW, OPENTELEMETRY, "Instant, record(…, &[])", opentelemetry),
        Case::new(ROW, AUTOMETRICS, "#[autometrics]: outcome counted too", autometrics),
    ]
}

/// Where the counter cannot be had, this reads the system's clock too.
pub(super) static COUNTER: LazyLock<quanta::Clock> = LazyLock::new(quanta::Clock::new);

fn counter(n: u64) {
    let clock = &*COUNTER;
    for _ in 0..n {
        let start = black_box(clock.raw());
        black_box(clock.raw() - start);
    }
}

fn clock(n: u64) {
    for _ in 0..n {
        black_box(black_box(Instant::now()).elapsed());
    }
}

#[timed(Set::calls)]
#[inline(never)]
fn empty_bound() {}

fn bound(n: u64) {
    for _ in 0..n {
        empty_bound();
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

/// What a library without a timer asks for: the time taken by hand.
#[inline(never)]
fn by_hand(record: impl FnOnce(Duration)) {
    let start = Instant::now();
    record(start.elapsed());
}

/// The histograms that are timed into, shared with the asynchronous row.
pub(super) static PROMETHEUS_HISTOGRAM: LazyLock<prometheus::Histogram> = LazyLock::new(|| {
    let opts = prometheus::HistogramOpts::new("calls", "Calls.").buckets(BOUNDS.to_vec());
    prometheus::Histogram::with_opts(opts).expect("good options")
});

fn prometheus(n: u64) {
    #[inline(never)]
    fn empty(histogram: &prometheus::Histogram) {
        let _timer = histogram.start_timer();
    }
    let histogram = &*PROMETHEUS_HISTOGRAM;
    repeat(n, || histogram, empty);
}

fn prometheus_closure(n: u64) {
    #[inline(never)]
    fn empty(histogram: &prometheus::Histogram) {
        histogram.observe_closure_duration(|| ());
    }
    let histogram = &*PROMETHEUS_HISTOGRAM;
    repeat(n, || histogram, empty);
}

type ClientHistogram = prometheus_client::metrics::histogram::Histogram;

pub(super) static CLIENT_HISTOGRAM: LazyLock<ClientHistogram> =
    LazyLock::new(|| ClientHistogram::new(BOUNDS));

fn client(n: u64) {
    let histogram = &*CLIENT_HISTOGRAM;
    repeat(
        n,
        || histogram,
        |histogram| {
            by_hand(|took| histogram.observe(took.as_secs_f64()));
        },
    );
}

fn metrics(n: u64) {
    LazyLock::force(&EXPORTER);
    let histogram = metrics::histogram!("calls");
    repeat(
        n,
        || &histogram,
        |histogram| {
            by_hand(|took| histogram.record(took));
        },
    );
    drain();
}

#[derive(Debug, vise::Metrics)]
#[metrics(prefix = "bench_timed")]
pub(super) struct ViseMetrics {
    /// Calls.
    #[metrics(buckets = vise::Buckets::values(&BOUNDS))]
    pub(super) calls: vise::Histogram<Duration>,
}

#[vise::register]
pub(super) static VISE_METRICS: vise::Global<ViseMetrics> = vise::Global::new();

fn vise(n: u64) {
    #[inline(never)]
    fn empty(metrics: &ViseMetrics) {
        let timer = metrics.calls.start();
        timer.observe();
    }
    repeat(n, || &*VISE_METRICS, empty);
}

pub(super) type MeasuredHistogram = measured::Histogram<11>;

pub(super) static MEASURED_HISTOGRAM: LazyLock<MeasuredHistogram> = LazyLock::new(|| {
    use measured::metric::histogram::Thresholds;
    MeasuredHistogram::with_metadata(Thresholds::with_buckets(BOUNDS))
});

fn measured(n: u64) {
    #[inline(never)]
    fn empty(histogram: &MeasuredHistogram) {
        let _timer = histogram.start_timer();
    }
    let histogram = &*MEASURED_HISTOGRAM;
    repeat(n, || histogram, empty);
}

#[metriken::metric(name = "calls")]
pub(super) static METRIKEN_HISTOGRAM: metriken::ShardedCounterHistogram =
    metriken::ShardedCounterHistogram::new(5, 64);

fn metriken(n: u64) {
    repeat(
        n,
        || &METRIKEN_HISTOGRAM,
        |histogram| {
            by_hand(|took| {
                let _ = histogram.increment(took.as_nanos() as u64);
            });
        },
    );
}

type FastHistogram = fastmetrics::metrics::histogram::Histogram;

pub(super) static FAST_HISTOGRAM: LazyLock<FastHistogram> =
    LazyLock::new(|| FastHistogram::new(BOUNDS));

fn fastmetrics(n: u64) {
    let histogram = &*FAST_HISTOGRAM;
    repeat(
        n,
        || histogram,
        |histogram| {
            by_hand(|took| histogram.observe(took.as_secs_f64()));
        },
    );
}

pub(super) static FOUNDATIONS_HISTOGRAM: LazyLock<foundations_metrics::TimeHistogram> =
    LazyLock::new(|| foundations_metrics::TimeHistogram::new(BOUNDS));

fn foundations(n: u64) {
    let histogram = &*FOUNDATIONS_HISTOGRAM;
    repeat(
        n,
        || histogram,
        |histogram| {
            by_hand(|took| histogram.observe(took.as_nanos() as u64));
        },
    );
}

fn foundations_timer(n: u64) {
    #[inline(never)]
    fn empty(histogram: &foundations_metrics::TimeHistogram) {
        let _timer = histogram.start_timer();
    }
    let histogram = &*FOUNDATIONS_HISTOGRAM;
    repeat(n, || histogram, empty);
}

pub(super) static METERED_HISTOGRAM: LazyLock<metered::bucket_histogram::BucketHistogram> =
    LazyLock::new(|| {
        use metered::bucket_histogram::{BucketHistogram, Buckets};
        BucketHistogram::new(Buckets::custom(BOUNDS))
    });

fn metered(n: u64) {
    let histogram = &*METERED_HISTOGRAM;
    repeat(
        n,
        || histogram,
        |histogram| {
            by_hand(|took| {
                histogram.observe_duration(took);
            });
        },
    );
}

/// The macros of 0.9 want the crate under its own name.
pub(super) mod metered_service {
    use metered_09 as metered;
    use metered_09::{ResponseTime, metered};

    #[derive(Default)]
    pub(in super::super) struct Service {
        metrics: ServiceMetrics,
    }

    #[metered(registry = ServiceMetrics, visibility = pub(in super::super))]
    impl Service {
        #[measure(ResponseTime)]
        #[inline(never)]
        pub(in super::super) fn empty(&self) {}

        #[measure(ResponseTime)]
        pub(in super::super) async fn empty_async(&self) {}
    }
}

pub(super) static METERED_SERVICE: LazyLock<metered_service::Service> =
    LazyLock::new(Default::default);

fn metered_09(n: u64) {
    let service = &*METERED_SERVICE;
    repeat(n, || service, |service| service.empty());
}

pub(super) static OPENTELEMETRY_HISTOGRAM: LazyLock<opentelemetry::metrics::Histogram<f64>> =
    LazyLock::new(|| {
        let builder = METER.f64_histogram("calls");
        builder.with_boundaries(BOUNDS.to_vec()).build()
    });

fn opentelemetry(n: u64) {
    let histogram = &*OPENTELEMETRY_HISTOGRAM;
    repeat(
        n,
        || histogram,
        |histogram| {
            by_hand(|took| histogram.record(took.as_secs_f64(), &[]));
        },
    );
}

#[autometrics]
#[inline(never)]
fn empty_autometrics() {}

fn autometrics(n: u64) {
    for _ in 0..n {
        empty_autometrics();
    }
}
