//! A histogram of 11 buckets, the default ones, with values spread evenly over them.

use std::hint::black_box;
use std::sync::LazyLock;

use metrics_core::{Histogram, MetricSet};

use super::inputs::{BOUNDS, VALUES, feed};
use super::meter::METER;
use super::recorder::{EXPORTER, drain};
use super::row::HISTOGRAM as ROW;
use crate::case::{Case, Mark, library::*};

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench_histograms")]
struct Set {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram,
}

#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new(ROW, LIMIT, "plain adds to a given bucket and the sum", plain),
        Case::new(ROW, OURS, "Set::global().time.observe(…)", ours),
        Case::new(ROW, PROMETHEUS, "Histogram::observe", prometheus),
        Case::new(ROW, PROMETHEUS, "LocalHistogram::observe", prometheus_local).marked(Mark::Flush),
        Case::new(ROW, PROMETHEUS_CLIENT, "Histogram::observe", client),
        Case::new(ROW, METRICS, "Histogram::record, handle held, with its upkeep", metrics),
        Case::new(ROW, VISE, "METRICS.time.observe(…)", vise),
        Case::new(ROW, MEASURED, "Histogram::observe", measured),
        Case::new(ROW, METRIKEN, "AtomicCounterHistogram::increment", metriken).marked(Mark::Buckets),
        Case::new(ROW, METRIKEN, "ShardedCounterHistogram::increment", metriken_sharded).marked(Mark::Buckets),
        Case::new(ROW, FASTMETRICS, "Histogram::observe", fastmetrics),
        Case::new(ROW, FOUNDATIONS, "Histogram::observe", foundations),
        Case::new(ROW, METERED, "BucketHistogram::observe", metered),
        Case::new(ROW, OPENTELEMETRY, "Histogram::record(…, &[])", opentelemetry),
        Case::new(ROW, OPENTELEMETRY, "BoundHistogram::record (experimental)", opentelemetry_bound),
    ]
}

pub(super) fn plain(n: u64) {
    let values = &*VALUES;
    let mut buckets = [0_u64; 16];
    let mut sum = 0.0;
    for i in 0..n {
        let value = black_box(&values[i as usize % values.len()]);
        black_box(&mut buckets)[i as usize % 16] += 1;
        *black_box(&mut sum) += value;
    }
}

fn ours(n: u64) {
    feed(n, Set::global, &VALUES, |set, value| {
        set.time.observe(*value)
    });
}

static PROMETHEUS_HISTOGRAM: LazyLock<prometheus::Histogram> = LazyLock::new(|| {
    let opts = prometheus::HistogramOpts::new("time", "Time.").buckets(BOUNDS.to_vec());
    prometheus::Histogram::with_opts(opts).expect("good options")
});

fn prometheus(n: u64) {
    let histogram = &*PROMETHEUS_HISTOGRAM;
    feed(
        n,
        || histogram,
        &VALUES,
        |histogram, value| {
            histogram.observe(*value);
        },
    );
}

fn prometheus_local(n: u64) {
    let histogram = PROMETHEUS_HISTOGRAM.local();
    feed(
        n,
        || &histogram,
        &VALUES,
        |histogram, value| {
            histogram.observe(*value);
        },
    );
    histogram.flush();
}

fn client(n: u64) {
    use prometheus_client::metrics::histogram::Histogram;
    static HISTOGRAM: LazyLock<Histogram> = LazyLock::new(|| Histogram::new(BOUNDS));
    let histogram = &*HISTOGRAM;
    feed(
        n,
        || histogram,
        &VALUES,
        |histogram, value| {
            histogram.observe(*value);
        },
    );
}

fn metrics(n: u64) {
    LazyLock::force(&EXPORTER);
    let histogram = metrics::histogram!("time");
    feed(
        n,
        || &histogram,
        &VALUES,
        |histogram, value| {
            histogram.record(*value);
        },
    );
    drain();
}

#[derive(Debug, vise::Metrics)]
#[metrics(prefix = "bench_histograms")]
struct ViseMetrics {
    /// Time.
    #[metrics(buckets = vise::Buckets::values(&BOUNDS))]
    time: vise::Histogram,
}

fn vise(n: u64) {
    #[vise::register]
    static METRICS: vise::Global<ViseMetrics> = vise::Global::new();
    feed(
        n,
        || &*METRICS,
        &VALUES,
        |metrics, value| {
            metrics.time.observe(*value);
        },
    );
}

fn measured(n: u64) {
    use measured::{Histogram, metric::histogram::Thresholds};
    static HISTOGRAM: LazyLock<Histogram<11>> =
        LazyLock::new(|| Histogram::with_metadata(Thresholds::with_buckets(BOUNDS)));
    let histogram = &*HISTOGRAM;
    feed(
        n,
        || histogram,
        &VALUES,
        |histogram, value| {
            histogram.observe(*value);
        },
    );
}

/// Histograms of whole numbers take nanoseconds.
fn nanoseconds(seconds: f64) -> u64 {
    (seconds * 1e9) as u64
}

fn metriken(n: u64) {
    #[metriken::metric(name = "time")]
    static HISTOGRAM: metriken::AtomicCounterHistogram =
        metriken::AtomicCounterHistogram::new(5, 64);
    feed(
        n,
        || &HISTOGRAM,
        &VALUES,
        |histogram, value| {
            let _ = histogram.increment(nanoseconds(*value));
        },
    );
}

fn metriken_sharded(n: u64) {
    #[metriken::metric(name = "sharded_time")]
    static HISTOGRAM: metriken::ShardedCounterHistogram =
        metriken::ShardedCounterHistogram::new(5, 64);
    feed(
        n,
        || &HISTOGRAM,
        &VALUES,
        |histogram, value| {
            let _ = histogram.increment(nanoseconds(*value));
        },
    );
}

fn fastmetrics(n: u64) {
    use fastmetrics::metrics::histogram::Histogram;
    static HISTOGRAM: LazyLock<Histogram> = LazyLock::new(|| Histogram::new(BOUNDS));
    let histogram = &*HISTOGRAM;
    feed(
        n,
        || histogram,
        &VALUES,
        |histogram, value| {
            histogram.observe(*value);
        },
    );
}

fn foundations(n: u64) {
    use foundations_metrics::Histogram;
    static HISTOGRAM: LazyLock<Histogram> = LazyLock::new(|| Histogram::new(BOUNDS));
    let histogram = &*HISTOGRAM;
    feed(
        n,
        || histogram,
        &VALUES,
        |histogram, value| {
            histogram.observe(*value);
        },
    );
}

fn metered(n: u64) {
    use metered::bucket_histogram::{BucketHistogram, Buckets};
    static HISTOGRAM: LazyLock<BucketHistogram> =
        LazyLock::new(|| BucketHistogram::new(Buckets::custom(BOUNDS)));
    let histogram = &*HISTOGRAM;
    feed(
        n,
        || histogram,
        &VALUES,
        |histogram, value| {
            histogram.observe(*value);
        },
    );
}

static OPENTELEMETRY_HISTOGRAM: LazyLock<opentelemetry::metrics::Histogram<f64>> =
    LazyLock::new(|| {
        let builder = METER.f64_histogram("time");
        builder.with_boundaries(BOUNDS.to_vec()).build()
    });

fn opentelemetry(n: u64) {
    let histogram = &*OPENTELEMETRY_HISTOGRAM;
    feed(
        n,
        || histogram,
        &VALUES,
        |histogram, value| {
            histogram.record(*value, &[]);
        },
    );
}

fn opentelemetry_bound(n: u64) {
    let histogram = OPENTELEMETRY_HISTOGRAM.bind(&[]);
    feed(
        n,
        || &histogram,
        &VALUES,
        |histogram, value| {
            histogram.record(*value);
        },
    );
}
