//! A point that is kept: read by one thread, shown by another when the first is done.
//! For metrics whose reading runs code of users; all others are shown as they are read.

use super::labels::Labels;
use super::number::Number;
use super::{Buckets, Exemplar, NativeBuckets, Point, Quantiles, Value};

/// A [`Point`] that borrows nothing.
#[derive(Debug)]
pub(crate) struct KeptPoint {
    labels: String,
    value: KeptValue,
    created_millis: u64,
    exemplars: Vec<KeptExemplar>,
}

#[derive(Debug)]
enum KeptValue {
    Number(Number),
    Histogram(KeptBuckets),
    Summary {
        quantiles: Vec<(f64, f64)>,
        count: u64,
        sum: f64,
    },
}

#[derive(Debug)]
struct KeptBuckets {
    bounds: Vec<f64>,
    cumulative: Vec<u64>,
    count: u64,
    sum: f64,
    native: Option<KeptNative>,
}

#[derive(Debug)]
struct KeptNative {
    schema: i32,
    zero_threshold: f64,
    zero_count: u64,
    positive: Vec<(i32, u64)>,
    negative: Vec<(i32, u64)>,
}

#[derive(Debug)]
struct KeptExemplar {
    labels: String,
    value: f64,
    millis: u64,
}

impl KeptPoint {
    pub(crate) fn of(point: &Point<'_>) -> Self {
        let exemplars = point.exemplars.iter().map(|exemplar| KeptExemplar {
            labels: exemplar.labels.as_str().to_owned(),
            value: exemplar.value,
            millis: exemplar.millis,
        });
        Self {
            labels: point.labels.as_str().to_owned(),
            value: KeptValue::of(&point.value),
            created_millis: point.created_millis,
            exemplars: exemplars.collect(),
        }
    }

    /// Shows the point.
    pub(crate) fn show<R>(&self, show: impl FnOnce(&Point<'_>) -> R) -> R {
        let exemplars = self.exemplars.iter().map(|exemplar| {
            let labels = Labels::rendered(&exemplar.labels);
            Exemplar::new(labels, exemplar.value, exemplar.millis)
        });
        let exemplars: Vec<_> = exemplars.collect();
        let native = self.value.native();
        let value = match &self.value {
            KeptValue::Number(number) => Value::Number(*number),
            KeptValue::Histogram(kept) => Value::Histogram(Buckets {
                native: native.as_ref(),
                ..Buckets::new(&kept.bounds, &kept.cumulative, kept.count, kept.sum)
            }),
            KeptValue::Summary {
                quantiles,
                count,
                sum,
            } => Value::Summary(Quantiles {
                quantiles,
                count: *count,
                sum: *sum,
            }),
        };
        let point = Point::new(Labels::rendered(&self.labels), value);
        show(&point.created(self.created_millis).exemplars(&exemplars))
    }
}

impl KeptValue {
    fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Number(number) => Self::Number(*number),
            Value::Histogram(buckets) => Self::Histogram(KeptBuckets {
                bounds: buckets.bounds.to_vec(),
                cumulative: buckets.cumulative.to_vec(),
                count: buckets.count,
                sum: buckets.sum,
                native: buckets.native.map(|native| KeptNative {
                    schema: native.schema,
                    zero_threshold: native.zero_threshold,
                    zero_count: native.zero_count,
                    positive: native.positive.to_vec(),
                    negative: native.negative.to_vec(),
                }),
            }),
            Value::Summary(summary) => Self::Summary {
                quantiles: summary.quantiles.to_vec(),
                count: summary.count,
                sum: summary.sum,
            },
        }
    }

    fn native(&self) -> Option<NativeBuckets<'_>> {
        let Self::Histogram(KeptBuckets {
            native: Some(native),
            ..
        }) = self
        else {
            return None;
        };
        let empty = NativeBuckets::empty(native.schema, native.zero_threshold);
        Some(empty.counts(native.zero_count, &native.positive, &native.negative))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::update::LabelText;

    #[test]
    fn a_kept_point_is_shown_as_it_was_read() {
        let mut text = LabelText::default();
        text.push("path", "C:\\\"temp\"");
        let labels = text.labels();
        let exemplars = [Exemplar::new(labels, 0.25, 17)];
        let native = NativeBuckets::empty(3, 1e-3).counts(2, &[(-1, 1), (4, 2)], &[(0, 3)]);
        let values = [
            Value::Number(Number::Unsigned(u64::MAX)),
            Value::Histogram(Buckets::new(&[1.0, 2.0], &[1, 4], 8, -1.5).native(&native)),
            Value::Histogram(Buckets::new(&[1.0], &[1], 8, 0.5)),
            Value::Summary(Quantiles {
                quantiles: &[(0.5, 1.0), (0.9, 3.0)],
                count: 7,
                sum: 9.5,
            }),
        ];
        for value in values {
            let point = Point::new(labels, value)
                .created(1_700_000_000_000)
                .exemplars(&exemplars);
            KeptPoint::of(&point).show(|shown| assert_eq!(*shown, point));
        }
    }
}
