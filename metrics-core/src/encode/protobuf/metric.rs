//! One series as a message: its labels, and a counter, gauge, histogram or summary.

use super::fields::{
    bucket, counter, exemplar as exemplar_field, gauge, histogram, label_pair, metric, quantile,
    summary, timestamp,
};
use super::native;
use super::wire::Message;
use crate::declare::Kind;
use crate::encode::exemplar;
use crate::gather::SeriesView;
use crate::update::{Buckets, Exemplar, Labels, Point, Quantiles, Value};

/// The fields of a `Metric`.
pub(super) fn write(out: &mut Message, kind: Kind, series: &SeriesView<'_>) {
    write_labels(out, metric::LABEL, series.constant);
    write_labels(out, metric::LABEL, series.point.labels);
    let point = series.point;
    match &point.value {
        Value::Number(number) if kind == Kind::Counter => {
            out.message(metric::COUNTER, |out| {
                out.double(counter::VALUE, number.as_f64());
                if let Some(newest) = exemplar::newest(point.exemplars) {
                    write_exemplar(out, counter::EXEMPLAR, newest);
                }
                write_created(out, counter::CREATED, point);
            });
        }
        Value::Number(number) => {
            out.message(metric::GAUGE, |out| {
                out.double(gauge::VALUE, number.as_f64());
            });
        }
        Value::Histogram(buckets) => {
            out.message(metric::HISTOGRAM, |out| {
                write_histogram(out, buckets, point.exemplars);
                write_created(out, histogram::CREATED, point);
            });
        }
        Value::Summary(quantiles) => {
            out.message(metric::SUMMARY, |out| {
                write_summary(out, quantiles);
                write_created(out, summary::CREATED, point);
            });
        }
    }
}

fn write_labels(out: &mut Message, field: u32, labels: Labels<'_>) {
    for (name, value) in labels.pairs() {
        out.message(field, |out| {
            out.string(label_pair::NAME, name);
            out.string(label_pair::VALUE, &value);
        });
    }
}

fn write_histogram(out: &mut Message, buckets: &Buckets<'_>, exemplars: &[Exemplar<'_>]) {
    // Prometheus refuses a native histogram whose buckets do not add up to its count
    let count = buckets.native.map_or(buckets.count, native::count);
    out.unsigned(histogram::COUNT, count);
    out.double(histogram::SUM, buckets.sum);
    let mut below = None;
    for (bound, count) in buckets.bounds.iter().zip(buckets.cumulative) {
        let inside = exemplar::in_bucket(exemplars, below, *bound);
        write_bucket(out, *bound, *count, inside);
        below = Some(*bound);
    }
    // the bucket `+Inf` may be left out, and is but for its exemplar. A native histogram without bounds has one too then:
    // Prometheus 2 reads the exemplars of the buckets alone
    if let Some(above) = exemplar::in_bucket(exemplars, below, f64::INFINITY) {
        write_bucket(out, f64::INFINITY, count, Some(above));
    }
    if let Some(native) = buckets.native {
        native::write(out, native);
        let short = exemplars.iter().filter(|e| exemplar::is_short(e));
        short.for_each(|exemplar| write_exemplar(out, histogram::EXEMPLARS, exemplar));
    }
}

fn write_bucket(out: &mut Message, bound: f64, count: u64, exemplar: Option<&Exemplar<'_>>) {
    out.message(histogram::BUCKET, |out| {
        out.unsigned(bucket::CUMULATIVE_COUNT, count);
        out.double(bucket::UPPER_BOUND, bound);
        if let Some(exemplar) = exemplar {
            write_exemplar(out, bucket::EXEMPLAR, exemplar);
        }
    });
}

fn write_summary(out: &mut Message, quantiles: &Quantiles<'_>) {
    out.unsigned(summary::COUNT, quantiles.count);
    out.double(summary::SUM, quantiles.sum);
    for (at, value) in quantiles.quantiles {
        out.message(summary::QUANTILE, |out| {
            out.double(quantile::QUANTILE, *at);
            out.double(quantile::VALUE, *value);
        });
    }
}

fn write_exemplar(out: &mut Message, field: u32, exemplar: &Exemplar<'_>) {
    out.message(field, |out| {
        write_labels(out, exemplar_field::LABEL, exemplar.labels);
        out.double(exemplar_field::VALUE, exemplar.value);
        write_time(out, exemplar_field::TIMESTAMP, exemplar.millis);
    });
}

fn write_created(out: &mut Message, field: u32, point: &Point<'_>) {
    if point.created_millis != 0 {
        write_time(out, field, point.created_millis);
    }
}

/// A `google.protobuf.Timestamp`.
fn write_time(out: &mut Message, field: u32, millis: u64) {
    out.message(field, |out| {
        out.unsigned(timestamp::SECONDS, millis / 1000);
        out.unsigned(timestamp::NANOS, millis % 1000 * 1_000_000);
    });
}
