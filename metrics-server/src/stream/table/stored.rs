//! A value as the table keeps it: what is the same for all series of a family stays with the family.

use metrics_core::{NativeSnapshot, Number, Value};

/// A value as it travels.
#[derive(Clone, Debug)]
pub(in crate::stream) enum Stored {
    Number(Number),
    Histogram(Distribution),
    Summary {
        count: u64,
        sum: f64,
        quantiles: Vec<(f64, f64)>,
    },
}

/// A histogram's observations.
#[derive(Clone, Debug)]
pub(in crate::stream) struct Distribution {
    pub(in crate::stream) count: u64,
    pub(in crate::stream) sum: f64,
    pub(in crate::stream) cumulative: Vec<u64>,
    /// Native buckets, of a histogram that has no others: they do not travel, but quantiles are estimated from them.
    pub(in crate::stream) native: Option<Box<NativeSnapshot>>,
}

impl Stored {
    /// The value to keep; `None` for a kind that the protocol does not have.
    pub(super) fn of(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Number(number) => Some(Self::Number(*number)),
            Value::Histogram(buckets) => Some(Self::Histogram(Distribution {
                count: buckets.count,
                sum: buckets.sum,
                cumulative: buckets.cumulative.to_vec(),
                native: buckets
                    .native
                    .filter(|_| buckets.bounds.is_empty())
                    .map(|native| Box::new(native.into())),
            })),
            Value::Summary(summary) => Some(Self::Summary {
                count: summary.count,
                sum: summary.sum,
                quantiles: summary.quantiles.to_vec(),
            }),
            _ => None,
        }
    }

    /// Whether this is `value`, to the bit: a NaN that stays one has not changed.
    pub(super) fn is(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Number(Number::Float(own)), Value::Number(Number::Float(new))) => {
                own.to_bits() == new.to_bits()
            }
            (Self::Number(own), Value::Number(new)) => own == new,
            // observations that native buckets have are in the count too
            (Self::Histogram(own), Value::Histogram(new)) => {
                own.count == new.count
                    && own.sum.to_bits() == new.sum.to_bits()
                    && own.cumulative.as_slice() == new.cumulative
            }
            (
                Self::Summary {
                    count,
                    sum,
                    quantiles,
                },
                Value::Summary(new),
            ) => {
                let bits = |pair: &(f64, f64)| (pair.0.to_bits(), pair.1.to_bits());
                *count == new.count
                    && sum.to_bits() == new.sum.to_bits()
                    && quantiles
                        .iter()
                        .map(bits)
                        .eq(new.quantiles.iter().map(bits))
            }
            _ => false,
        }
    }
}
