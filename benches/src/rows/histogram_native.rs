//! A histogram of native buckets, a factor of at most 1.1 apart and at most 160, with values spread evenly over what
//! the row of 11 buckets has.

use std::sync::LazyLock;

use metrics_core::{Histogram, MetricSet};
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::{Aggregation, Instrument, SdkMeterProvider, Stream};
use prometheus_client::metrics::histogram::NativeHistogramConfig;

use super::histogram::plain;
use super::inputs::{VALUES, feed};
use super::row::HISTOGRAM_NATIVE as ROW;
use crate::case::{Case, Mark, library::*};

/// Ours.
#[derive(MetricSet)]
#[metrics(prefix = "bench_native")]
struct Set {
    /// Time.
    #[metric(unit = "seconds", native)]
    time: Histogram,
}

#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new(ROW, LIMIT, "plain adds to a given bucket and the sum", plain),
        Case::new(ROW, OURS, "Set::global().time.observe(…)", ours),
        Case::new(ROW, PROMETHEUS_CLIENT, "Histogram::observe", client),
        Case::new(ROW, OPENTELEMETRY, "Histogram::record(…, &[]), by a view", opentelemetry).marked(Mark::Buckets),
    ]
}

fn ours(n: u64) {
    feed(n, Set::global, &VALUES, |set, value| {
        set.time.observe(*value)
    });
}

fn client(n: u64) {
    use prometheus_client::metrics::histogram::Histogram;
    static HISTOGRAM: LazyLock<Histogram> =
        LazyLock::new(|| Histogram::new_native(NativeHistogramConfig::new(1.1).max_buckets(160)));
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

/// Read by an exporter that leaves such histograms out, as there is none that shows them.
fn opentelemetry(n: u64) {
    static PROVIDER: LazyLock<SdkMeterProvider> = LazyLock::new(|| {
        let exporter = opentelemetry_prometheus::exporter()
            .with_registry(prometheus::Registry::new())
            .build()
            .expect("a new registry takes the exporter");
        let exponential = |_: &Instrument| {
            let aggregation = Aggregation::Base2ExponentialHistogram {
                max_size: 160,
                max_scale: 3,
                record_min_max: false,
            };
            let stream = Stream::builder().with_aggregation(aggregation).build();
            Some(stream.expect("good options"))
        };
        SdkMeterProvider::builder()
            .with_reader(exporter)
            .with_view(exponential)
            .build()
    });
    static HISTOGRAM: LazyLock<opentelemetry::metrics::Histogram<f64>> =
        LazyLock::new(|| PROVIDER.meter("bench").f64_histogram("time").build());
    let histogram = &*HISTOGRAM;
    feed(
        n,
        || histogram,
        &VALUES,
        |histogram, value| {
            histogram.record(*value, &[]);
        },
    );
}
