//! A histogram of 11 buckets with one label, an enum of four values, chosen while it runs.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::LazyLock;

use foundations_metrics::{HistogramBuilder, LowCardinalityFamily, LowCardinalityLabel};
use metrics_core::{Histogram, MetricSet};
use opentelemetry::KeyValue;
use prometheus::HistogramVec;

use super::inputs::{BOUNDS, LABELLED, Method, feed};
use super::meter::METER;
use super::recorder::{EXPORTER, drain};
use super::row::HISTOGRAM_LABEL as ROW;
use super::static_metric::{STATIC_LABELLED, StaticHistograms};
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
}

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench_histograms_label")]
struct Set {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<By>,
}

#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new(ROW, LIMIT, "plain adds to a given bucket and the sum", plain),
        Case::new(ROW, OURS, "time.with(By { … }).observe(…)", ours),
        Case::new(ROW, PROMETHEUS, "with_label_values(…).observe(…)", prometheus),
        Case::new(ROW, PROMETHEUS, "children by index", prometheus_held).marked(Mark::Held),
        Case::new(ROW, STATIC_METRIC, "get(method).observe(…)", static_metric),
        Case::new(ROW, PROMETHEUS_CLIENT, "Family::get_or_create(&By { … }).observe(…)", client),
        Case::new(ROW, METRICS, "histogram!(…, label).record(…), with its upkeep", metrics),
        Case::new(ROW, VISE, "time[&By { … }].observe(…)", vise),
        Case::new(ROW, MEASURED, "HistogramVec::observe(By { … }, …), dense", measured),
        Case::new(ROW, METRIKEN, "ShardedCounterHistogramGroup::increment(index, …)", metriken).marked(Mark::Buckets),
        Case::new(ROW, FASTMETRICS, "Family::with_or_new(&By { … }, observe)", fastmetrics),
        Case::new(ROW, FOUNDATIONS, "LowCardinalityFamily of Histogram", foundations),
        Case::new(ROW, METERED, "Family::with(&By { … }, observe)", metered),
        Case::new(ROW, OPENTELEMETRY, "Histogram::record(…, &[KeyValue; 1])", opentelemetry),
        Case::new(ROW, OPENTELEMETRY, "BoundHistogram by index", opentelemetry_held).marked(Mark::Held),
    ]
}

fn plain(n: u64) {
    let inputs = &*LABELLED;
    let mut buckets = [0_u64; 64];
    let mut sums = [0.0; 4];
    for i in 0..n {
        let (method, value) = black_box(&inputs[i as usize % inputs.len()]);
        let method = *method as usize;
        black_box(&mut buckets)[method * 16 + i as usize % 16] += 1;
        black_box(&mut sums)[method] += value;
    }
}

fn ours(n: u64) {
    feed(n, Set::global, &LABELLED, |set, &(method, value)| {
        set.time.with(By { method }).observe(value);
    });
}

static PROMETHEUS_VEC: LazyLock<HistogramVec> = LazyLock::new(|| {
    let opts = prometheus::HistogramOpts::new("time", "Time.").buckets(BOUNDS.to_vec());
    HistogramVec::new(opts, &["method"]).expect("good options")
});

fn prometheus(n: u64) {
    let histograms = &*PROMETHEUS_VEC;
    feed(
        n,
        || histograms,
        &LABELLED,
        |histograms, (method, value)| {
            histograms
                .with_label_values(&[method.text()])
                .observe(*value);
        },
    );
}

fn prometheus_held(n: u64) {
    let histograms = Method::ALL.map(|method| PROMETHEUS_VEC.with_label_values(&[method.text()]));
    feed(
        n,
        || &histograms,
        &LABELLED,
        |histograms, (method, value)| {
            histograms[*method as usize].observe(*value);
        },
    );
}

fn static_metric(n: u64) {
    static HISTOGRAMS: LazyLock<StaticHistograms> =
        LazyLock::new(|| StaticHistograms::from(&PROMETHEUS_VEC));
    let histograms = &*HISTOGRAMS;
    feed(
        n,
        || histograms,
        &STATIC_LABELLED,
        |histograms, &(method, value)| {
            histograms.get(method).observe(value);
        },
    );
}

fn client(n: u64) {
    use prometheus_client::metrics::{family::Family, histogram::Histogram};
    static HISTOGRAMS: LazyLock<Family<By, Histogram>> =
        LazyLock::new(|| Family::new_with_constructor(|| Histogram::new(BOUNDS)));
    let histograms = &*HISTOGRAMS;
    feed(
        n,
        || histograms,
        &LABELLED,
        |histograms, &(method, value)| {
            histograms.get_or_create(&By { method }).observe(value);
        },
    );
}

fn metrics(n: u64) {
    LazyLock::force(&EXPORTER);
    feed(
        n,
        || &(),
        &LABELLED,
        |(), (method, value)| {
            metrics::histogram!("labelled_time", "method" => method.text()).record(*value);
        },
    );
    drain();
}

#[derive(Debug, vise::Metrics)]
#[metrics(prefix = "bench_histograms_label")]
struct ViseMetrics {
    /// Time.
    #[metrics(buckets = vise::Buckets::values(&BOUNDS))]
    time: vise::Family<By, vise::Histogram>,
}

fn vise(n: u64) {
    #[vise::register]
    static METRICS: vise::Global<ViseMetrics> = vise::Global::new();
    feed(
        n,
        || &*METRICS,
        &LABELLED,
        |metrics, &(method, value)| {
            metrics.time[&By { method }].observe(value);
        },
    );
}

/// The label set of `measured`, whose derive shares an attribute's name with others.
#[derive(Clone, Copy, measured::LabelGroup)]
#[label(set = MeasuredSet)]
struct MeasuredBy {
    method: Method,
}

fn measured(n: u64) {
    use measured::{HistogramVec, metric::histogram::Thresholds};
    static HISTOGRAMS: LazyLock<HistogramVec<MeasuredSet, 11>> =
        LazyLock::new(|| HistogramVec::dense_with_metadata(Thresholds::with_buckets(BOUNDS)));
    let histograms = &*HISTOGRAMS;
    feed(
        n,
        || histograms,
        &LABELLED,
        |histograms, &(method, value)| {
            histograms.observe(MeasuredBy { method }, value);
        },
    );
}

fn metriken(n: u64) {
    #[metriken::metric(name = "labelled_time")]
    static HISTOGRAMS: metriken::ShardedCounterHistogramGroup =
        metriken::ShardedCounterHistogramGroup::new(4, 5, 64);
    feed(
        n,
        || &HISTOGRAMS,
        &LABELLED,
        |histograms, (method, value)| {
            let _ = histograms.increment(*method as usize, (*value * 1e9) as u64);
        },
    );
}

fn fastmetrics(n: u64) {
    use fastmetrics::metrics::{family::Family, histogram::Histogram};
    static HISTOGRAMS: LazyLock<Family<By, Histogram>> =
        LazyLock::new(|| Family::new(|| Histogram::new(BOUNDS)));
    let histograms = &*HISTOGRAMS;
    feed(
        n,
        || histograms,
        &LABELLED,
        |histograms, &(method, value)| {
            histograms.with_or_new(&By { method }, |histogram| histogram.observe(value));
        },
    );
}

impl LowCardinalityLabel for By {
    const CARDINALITY: NonZeroUsize = NonZeroUsize::new(4).expect("it is not 0");

    fn index(&self) -> usize {
        self.method as usize
    }
}

fn foundations(n: u64) {
    type Family = LowCardinalityFamily<By, foundations_metrics::Histogram, HistogramBuilder>;
    static HISTOGRAMS: LazyLock<Family> = LazyLock::new(|| {
        LowCardinalityFamily::new_with_constructor(HistogramBuilder { buckets: &BOUNDS })
    });
    let histograms = &*HISTOGRAMS;
    feed(
        n,
        || histograms,
        &LABELLED,
        |histograms, &(method, value)| {
            histograms.get_or_create(&By { method }).observe(value);
        },
    );
}

fn metered(n: u64) {
    use metered::Family;
    use metered::bucket_histogram::{BucketHistogram, Buckets};
    static HISTOGRAMS: LazyLock<Family<By, BucketHistogram>> = LazyLock::new(|| {
        Family::new_with_constructor(|| BucketHistogram::new(Buckets::custom(BOUNDS)))
    });
    let histograms = &*HISTOGRAMS;
    feed(
        n,
        || histograms,
        &LABELLED,
        |histograms, &(method, value)| {
            histograms.with(&By { method }, |histogram| histogram.observe(value));
        },
    );
}

static OPENTELEMETRY_HISTOGRAM: LazyLock<opentelemetry::metrics::Histogram<f64>> =
    LazyLock::new(|| {
        let builder = METER.f64_histogram("labelled_time");
        builder.with_boundaries(BOUNDS.to_vec()).build()
    });

fn opentelemetry(n: u64) {
    let histogram = &*OPENTELEMETRY_HISTOGRAM;
    feed(
        n,
        || histogram,
        &LABELLED,
        |histogram, (method, value)| {
            histogram.record(*value, &[KeyValue::new("method", method.text())]);
        },
    );
}

fn opentelemetry_held(n: u64) {
    let histograms = Method::ALL
        .map(|method| OPENTELEMETRY_HISTOGRAM.bind(&[KeyValue::new("method", method.text())]));
    feed(
        n,
        || &histograms,
        &LABELLED,
        |histograms, (method, value)| {
            histograms[*method as usize].record(*value);
        },
    );
}
