//! Whether a decoded message is the family that it was made of.

use metrics_core::{ExemplarSnapshot, Kind, ValueSnapshot};

use crate::made::Made;
use crate::messages::{
    self, Bucket, BucketSpan, Exemplar, LabelPair, MetricFamily, MetricType, Timestamp,
};
use crate::samples::{is_short, newest};

/// Fails unless the message is that of the family.
pub(crate) fn assert_holds(message: &MetricFamily, Made { family, created }: &Made) {
    assert_eq!(message.name.as_ref(), Some(&family.name));
    assert_eq!(message.help.as_ref(), Some(&family.help));
    assert_eq!(message.unit.clone().unwrap_or_default(), family.unit);
    let kind = match family.kind {
        Kind::Counter => MetricType::Counter,
        Kind::Histogram => MetricType::Histogram,
        Kind::Summary => MetricType::Summary,
        _ => MetricType::Gauge,
    };
    assert_eq!(message.r#type, Some(kind.into()));
    assert_eq!(message.metric.len(), family.series.len());
    let each = message.metric.iter().zip(&family.series).zip(created);
    for ((metric, series), created) in each {
        assert_eq!(pairs(&metric.label), series.labels);
        let told = match &series.value {
            ValueSnapshot::Number(number) if family.kind == Kind::Counter => {
                let counter = metric.counter.as_ref().expect("a counter");
                same(counter.value, number.as_f64());
                same_exemplar(
                    counter.exemplar.as_ref(),
                    newest(&series.exemplars, |_| true),
                );
                counter.created_timestamp
            }
            ValueSnapshot::Number(number) => {
                let gauge = metric.gauge.as_ref().expect("a gauge");
                same(gauge.value, number.as_f64());
                continue;
            }
            ValueSnapshot::Summary {
                quantiles,
                count,
                sum,
            } => {
                let summary = metric.summary.as_ref().expect("a summary");
                assert_eq!(summary.sample_count, Some(*count));
                same(summary.sample_sum, *sum);
                let read = summary.quantile.iter().map(|q| (q.quantile, q.value));
                let put = quantiles.iter().map(|(q, v)| (Some(*q), Some(*v)));
                assert_eq!(read.collect::<Vec<_>>(), put.collect::<Vec<_>>());
                summary.created_timestamp
            }
            value => {
                let histogram = metric.histogram.as_ref().expect("a histogram");
                assert_histogram(histogram, value, &series.exemplars);
                histogram.created_timestamp
            }
        };
        assert_eq!(told.map_or(0, millis), *created);
    }
}

fn assert_histogram(
    read: &messages::Histogram,
    put: &ValueSnapshot,
    exemplars: &[ExemplarSnapshot],
) {
    let ValueSnapshot::Histogram {
        bounds,
        cumulative,
        count,
        sum,
        native,
    } = put
    else {
        panic!("{put:?} is no histogram");
    };
    assert_eq!(read.sample_count, Some(*count));
    same(read.sample_sum, *sum);
    let last = bounds.last().copied();
    let above = newest(exemplars, |value| {
        last.is_none_or(|last| value > last) && value <= f64::INFINITY
    });
    let mut buckets: Vec<_> = bounds
        .iter()
        .copied()
        .zip(cumulative.iter().copied())
        .collect();
    // the last one is there for its exemplar alone
    buckets.extend(above.map(|_| (f64::INFINITY, *count)));
    assert_eq!(read.bucket.len(), buckets.len());
    let mut below = None;
    for (
        Bucket {
            cumulative_count,
            upper_bound,
            exemplar,
            ..
        },
        (bound, count),
    ) in read.bucket.iter().zip(buckets)
    {
        assert_eq!(
            (*upper_bound, *cumulative_count),
            (Some(bound), Some(count))
        );
        let inside = |value: f64| value <= bound && below.is_none_or(|below| value > below);
        same_exemplar(exemplar.as_ref(), newest(exemplars, inside));
        below = Some(bound);
    }
    let Some(native) = native else {
        let spans = read.positive_span.len() + read.negative_span.len() + read.exemplars.len();
        assert_eq!(
            (read.schema, read.zero_threshold, read.zero_count, spans),
            (None, None, None, 0)
        );
        return;
    };
    assert_eq!(read.schema, Some(native.schema));
    same(read.zero_threshold, native.zero_threshold);
    assert_eq!(read.zero_count, Some(native.zero_count));
    assert_eq!(
        counts(&read.positive_span, &read.positive_delta),
        native.positive
    );
    assert_eq!(
        counts(&read.negative_span, &read.negative_delta),
        native.negative
    );
    // Prometheus, `isNativeHistogram`
    assert!(
        !read.positive_span.is_empty()
            || !read.negative_span.is_empty()
            || native.zero_threshold > 0.0
            || native.zero_count > 0,
        "looks like a classic histogram"
    );
    let short: Vec<_> = exemplars.iter().filter(|e| is_short(e)).collect();
    assert_eq!(read.exemplars.len(), short.len());
    for (read, put) in read.exemplars.iter().zip(short) {
        same_exemplar(Some(read), Some(put));
    }
}

/// The buckets that hold anything, as a reader of the format finds them.
fn counts(spans: &[BucketSpan], deltas: &[i64]) -> Vec<(i32, u64)> {
    let (mut all, mut index, mut count) = (Vec::new(), 0, 0);
    let mut deltas = deltas.iter();
    for span in spans {
        index += span.offset.expect("an offset");
        for _ in 0..span.length.expect("a length") {
            count += deltas.next().expect("a difference for each bucket");
            all.push((index, u64::try_from(count).expect("no count is below 0")));
            index += 1;
        }
    }
    assert_eq!(deltas.next(), None);
    all.retain(|(_, count)| *count > 0);
    all
}

#[track_caller]
fn same(read: Option<f64>, put: f64) {
    let read = read.expect("a number");
    assert!(
        read.to_bits() == put.to_bits() || (read.is_nan() && put.is_nan()),
        "{read} is not {put}"
    );
}

#[track_caller]
fn same_exemplar(read: Option<&Exemplar>, put: Option<&ExemplarSnapshot>) {
    assert_eq!(read.is_some(), put.is_some(), "{read:?} is not {put:?}");
    if let (Some(read), Some(put)) = (read, put) {
        assert_eq!(pairs(&read.label), put.labels);
        same(read.value, put.value);
        assert_eq!(read.timestamp.map(millis), Some(put.millis));
    }
}

fn pairs(labels: &[LabelPair]) -> Vec<(String, String)> {
    let text = |text: &Option<String>| text.clone().expect("a text");
    labels
        .iter()
        .map(|pair| (text(&pair.name), text(&pair.value)))
        .collect()
}

fn millis(time: Timestamp) -> u64 {
    assert_eq!(time.nanos % 1_000_000, 0);
    u64::try_from(time.seconds * 1000 + i64::from(time.nanos / 1_000_000)).expect("after 1970")
}
