//! The cells of a histogram's child, and which of them an observation goes to. Owned by the histogram.

use crate::declare::Descriptor;
use crate::update::family::Slot;
use crate::update::native::{Native, Observed};
use crate::update::number::HistogramValue;
use crate::update::number::sealed::Stored;
use crate::update::search::{NOWHERE, Search};

/// The cells of a child, and which of them an observation goes to.
#[derive(Debug)]
pub(super) struct Scale {
    pub(super) bounds: &'static [f64],
    values: Search,
    pub(super) time: TimeUnit,
    nanos: Search,
    /// How many classic buckets there are, `+Inf` among them.
    pub(super) buckets: usize,
    /// How many cells a child has.
    pub(super) width: usize,
    /// Then the searches above find nothing, so that histograms without it need not ask for it.
    with_native: Option<Box<WithNative>>,
}

/// What a histogram with native buckets has.
#[derive(Debug)]
struct WithNative {
    native: Native,
    /// The classic buckets beside them, of values and of nanoseconds.
    classic: Option<[Search; 2]>,
}

impl Scale {
    pub(super) fn of<V: Stored>(descriptor: &'static Descriptor, bounds: &'static [f64]) -> Self {
        let time = TimeUnit::of(descriptor.name());
        let nanos = bounds.iter().map(|bound| time.nanos_up_to(*bound));
        let nanos: Vec<f64> = nanos.collect();
        // `+Inf` alone would say what the native buckets say
        let native_alone = bounds.is_empty() && descriptor.native().is_some();
        let buckets = if native_alone { 0 } else { bounds.len() + 1 };
        let mut scale = Self {
            bounds,
            values: Search::new(bounds),
            time,
            nanos: Search::new(nanos),
            buckets,
            width: BUCKETS + buckets,
            with_native: None,
        };
        if let Some(options) = descriptor.native() {
            let searches = [&mut scale.values, &mut scale.nanos];
            let searches = searches.map(|search| std::mem::replace(search, Search::nowhere()));
            let native = Native::new(options, !V::FLOAT, time.nanos, scale.width);
            scale.width += native.cells();
            scale.with_native = Some(Box::new(WithNative {
                native,
                classic: (!native_alone).then_some(searches),
            }));
        }
        scale
    }

    /// The cell of its bucket; none that there is, if it is no number or needs a longer look.
    #[inline]
    pub(super) fn bucket<V: HistogramValue>(&self, value: V) -> usize {
        let number = value.into().as_f64();
        if number.is_nan() {
            return NOWHERE;
        }
        BUCKETS + self.values.bucket(number)
    }

    /// The cell of the bucket of a duration, likewise.
    #[inline]
    pub(super) fn bucket_of_nanos(&self, nanos: u64) -> usize {
        BUCKETS + self.nanos.bucket(nanos.cast_signed() as f64)
    }

    /// The native buckets, if there are any.
    pub(super) fn native(&self) -> Option<&Native> {
        self.with_native.as_ref().map(|with| &with.native)
    }

    /// Counts an observation that is a number, in whichever way; returns the cell of its classic bucket, 0 where it has
    /// none, and whether the short way led to its cells.
    pub(super) fn observe<V: Stored>(
        &self,
        child: &Slot<'_>,
        observed: Observed,
        sum: usize,
        value: V,
    ) -> (usize, bool) {
        let Some(with) = &self.with_native else {
            let bucket = bucket_in([&self.values, &self.nanos], observed);
            return (bucket, child.observe(bucket, sum, value));
        };
        let bucket = with.classic.as_ref().map_or(0, |classic| {
            let bucket = bucket_in(classic.each_ref(), observed);
            child.add(bucket, 1_u64);
            bucket
        });
        (bucket, with.native.observe(child, observed, sum, value))
    }

    /// How many numbers are read of a child.
    pub(super) fn values_read(&self) -> usize {
        BUCKETS + self.buckets + self.native().map_or(0, Native::values)
    }
}

/// The cell of the classic bucket of an observation, found by searches for values and for nanoseconds.
#[inline(never)]
fn bucket_in([values, nanos]: [&Search; 2], observed: Observed) -> usize {
    BUCKETS
        + match observed {
            Observed::Value(number) => values.bucket(number),
            Observed::Nanos(number) => nanos.bucket(number as f64),
        }
}

/// The cell of the sum of such observations.
#[inline]
pub(super) const fn sum_of<V: Stored>() -> usize {
    if V::FLOAT { FLOAT_SUM } else { INTEGER_SUM }
}

/// The unit in which durations are observed.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeUnit {
    nanos: f64,
}

impl TimeUnit {
    fn of(name: &str) -> Self {
        let units = [
            ("nanoseconds", 1.0),
            ("microseconds", 1e3),
            ("milliseconds", 1e6),
            ("minutes", 60e9),
            ("hours", 3600e9),
            ("days", 86_400e9),
        ];
        // a word of its own: `weekdays` are no days
        let is_last = |unit: &str| name == unit || name.ends_with(&format!("_{unit}"));
        let unit = units.iter().find(|(unit, _)| is_last(unit));
        Self {
            nanos: unit.map_or(1e9, |(_, nanos)| *nanos),
        }
    }

    /// So many nanoseconds in the unit.
    pub(super) fn in_unit(self, nanos: f64) -> f64 {
        nanos / self.nanos
    }

    /// The most whole nanoseconds that are not above `bound` in the unit.
    fn nanos_up_to(self, bound: f64) -> f64 {
        let near = (bound * self.nanos).floor();
        // the product is rounded, by less than one where nanoseconds can be told apart at all
        let candidates = [near + 1.0, near, near - 1.0];
        let fit = candidates
            .into_iter()
            .find(|nanos| self.in_unit(*nanos) <= bound);
        fit.unwrap_or(near)
    }
}

/// A child's cells: the float part of the sum; its integer part; a count for each bucket, `+Inf` the last.
///
/// The parts are apart so that durations add up in whole nanoseconds, and `u64` observations exactly, while
/// floats of any size still fit.
pub(super) const FLOAT_SUM: usize = 0;
pub(super) const INTEGER_SUM: usize = 1;
pub(super) const BUCKETS: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_the_unit() {
        for (name, nanos) in [
            ("latency_seconds", 1e9),
            ("latency_milliseconds", 1e6),
            ("days", 86_400e9),
            ("open_on_weekdays", 1e9),
            ("size_bytes", 1e9),
        ] {
            assert_eq!(TimeUnit::of(name).nanos, nanos, "{name}");
        }
    }
}
