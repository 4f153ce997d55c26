//! Histograms: families of observations counted in buckets.

use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use super::cell::Storage;
use super::clock;
use super::family::{Family, OwnedChild, Reader, Rejections, Shape, Slot, is_finite};
use super::field::{Metric, MetricField};
use super::labels::Labels;
use super::mark::Mark;
use super::number::HistogramValue;
use super::owner::OwnedSeries;
use super::owner::sealed::Ownable;
use super::search::Search;
use super::{Buckets, Point, Value};
use crate::declare::{Descriptor, Kind, LabelDescriptor, LabelSet};

/// Observations counted in buckets, one histogram for each label set of `L`.
///
/// A clone is the same histogram. Durations are observed in the family's unit, which is seconds unless its name
/// ends in `_milliseconds` or another unit of time.
///
/// ```
/// use metrics_core::{Histogram, MetricSet, Registry};
/// use std::time::Duration;
///
/// /// A store.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Store {
///     /// Time to read a record.
///     #[metric(unit = "seconds", buckets = [0.1, 1.0])]
///     read: Histogram,
/// }
///
/// let registry = Registry::new();
/// let store = Store::register(&registry)?;
/// store.read.observe(0.1);
/// store.read.observe_duration(Duration::from_millis(250));
/// assert_eq!(registry.encode_text(), "\
/// ## HELP metrics_rejected_updates_total Updates refused because they would have made the family wrong.
/// ## TYPE metrics_rejected_updates_total counter
/// metrics_rejected_updates_total{family=\"read_seconds\"} 0
/// ## HELP read_seconds Time to read a record.
/// ## TYPE read_seconds histogram
/// read_seconds_bucket{le=\"0.1\"} 1
/// read_seconds_bucket{le=\"1\"} 2
/// read_seconds_bucket{le=\"+Inf\"} 2
/// read_seconds_sum 0.35
/// read_seconds_count 2
/// ");
/// # Ok::<(), metrics_core::Error>(())
/// ```
pub struct Histogram<L = (), V = f64> {
    family: Arc<Family<L>>,
    scale: Arc<Scale>,
    value: PhantomData<V>,
}

/// The bounds of the buckets, as given and in nanoseconds.
#[derive(Debug)]
struct Scale {
    bounds: &'static [f64],
    values: Search,
    time: TimeUnit,
    nanos: Search,
}

impl Scale {
    fn of(descriptor: &'static Descriptor, bounds: &'static [f64]) -> Self {
        let time = TimeUnit::of(descriptor.name());
        let nanos: Vec<f64> = bounds
            .iter()
            .map(|bound| time.nanos_up_to(*bound))
            .collect();
        Self {
            bounds,
            values: Search::new(bounds),
            time,
            nanos: Search::new(nanos),
        }
    }

    /// The cells of its bucket and of its sum; `None` if it is not a number.
    #[inline]
    fn place<V: HistogramValue>(&self, value: V) -> Option<(usize, usize)> {
        let number = value.into().as_f64();
        let sum = if V::FLOAT { FLOAT_SUM } else { INTEGER_SUM };
        let bucket = BUCKETS + self.values.bucket(number);
        (!number.is_nan()).then_some((bucket, sum))
    }

    /// The cells of a child.
    #[inline]
    fn width(&self) -> usize {
        BUCKETS + self.bounds.len() + 1
    }
}

/// The unit in which durations are observed.
#[derive(Clone, Copy, Debug)]
struct TimeUnit {
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
        let unit = units.iter().find(|(unit, _)| name.ends_with(unit));
        Self {
            nanos: unit.map_or(1e9, |(_, nanos)| *nanos),
        }
    }

    /// So many nanoseconds in the unit.
    fn in_unit(self, nanos: f64) -> f64 {
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
const FLOAT_SUM: usize = 0;
const INTEGER_SUM: usize = 1;
const BUCKETS: usize = 2;

impl<L: LabelSet, V: HistogramValue> Histogram<L, V> {
    /// The histogram of one label set.
    ///
    /// Resolve it where you use it; past the cap of an open label it is the overflow series.
    #[inline]
    pub fn with(&self, labels: L::Borrowed<'_>) -> HistogramChild<'_, V> {
        self.child(self.family.child(&labels, self.scale.width()))
    }

    /// Removes the series with the open values of `labels`, whatever their finite labels are; returns whether there
    /// were any. The next [`Histogram::with`] of such labels begins anew, at zero. Series of finite labels alone are there for
    /// good.
    ///
    /// What was removed is still shown, in its final state, until a scrape has delivered it ([`Registry::mark`]), such
    /// labels come back, or more series than the cap have been removed since; in the absence of scrapes, for five minutes.
    /// A child resolved before goes on with it, later with numbers that nobody reads, and while it is kept, memory of
    /// removed series is not used again.
    ///
    /// [`Registry::mark`]: crate::Registry::mark
    pub fn remove(&self, labels: L::Borrowed<'_>) -> bool {
        self.family.remove(&labels)
    }

    /// Makes the caller an owner of the series of one label set, which leaves when its last owner does: see
    /// [`OwnedSeries`]. One of the labels is open; with finite ones alone this does not compile, because their series are
    /// there for good.
    pub fn own(&self, labels: L::Borrowed<'_>) -> OwnedSeries<Self> {
        OwnedSeries::new(self.clone(), self.family.own(&labels))
    }
}

impl<L: LabelSet, V: HistogramValue> OwnedSeries<Histogram<L, V>> {
    /// The histogram of the series, for use here and now.
    #[inline]
    pub fn child(&self) -> HistogramChild<'_, V> {
        let (histogram, child) = self.parts();
        histogram.child(histogram.family.owned(child))
    }
}

impl<L: LabelSet, V> Ownable for Histogram<L, V> {
    fn disown(&self, child: &OwnedChild) {
        self.family.disown(child);
    }
}

impl<L: LabelSet, V> Histogram<L, V> {
    /// A histogram with bounds of its own.
    pub(super) fn with_bounds(descriptor: &'static Descriptor, bounds: &'static [f64]) -> Self {
        clock::prepare();
        let scale = Scale::of(descriptor, bounds);
        Self {
            family: Arc::new(Family::new(
                descriptor,
                Shape::of_cells(scale.width(), Storage::Summed),
            )),
            scale: Arc::new(scale),
            value: PhantomData,
        }
    }
}

impl<L, V> Histogram<L, V> {
    #[inline]
    fn child<'a>(&'a self, slot: Slot<'a>) -> HistogramChild<'a, V> {
        HistogramChild {
            slot,
            scale: &self.scale,
            rejections: self.family.rejections(),
            value: PhantomData,
        }
    }
}

impl<V: HistogramValue> Histogram<(), V> {
    /// Counts `value` in its bucket and adds it to the sum. A NaN is dropped, and
    /// `metrics_rejected_updates_total` names the family.
    #[inline]
    pub fn observe(&self, value: V) {
        match self.scale.place(value) {
            Some((bucket, sum)) => self.family.observe_only(bucket, sum, value),
            None => self.family.rejections().count(),
        }
    }
}

impl Histogram<(), f64> {
    /// Observes a duration in the family's unit; sums of durations are exact to the nanosecond.
    #[inline]
    pub fn observe_duration(&self, duration: Duration) {
        self.child(self.family.only_child())
            .observe_duration(duration);
    }
}

/// The histogram of one label set, for use here and now: it is neither kept nor sent to another thread.
#[must_use = "resolving a child does not change it"]
#[derive(Debug)]
pub struct HistogramChild<'a, V = f64> {
    slot: Slot<'a>,
    scale: &'a Scale,
    rejections: &'a Rejections,
    value: PhantomData<*const V>,
}

impl<V: HistogramValue> HistogramChild<'_, V> {
    /// Counts `value` in its bucket and adds it to the sum; a NaN is dropped and counted as refused.
    #[inline]
    pub fn observe(&self, value: V) {
        match self.scale.place(value) {
            Some((bucket, sum)) => self.slot.observe(bucket, sum, value),
            None => self.rejections.count(),
        }
    }
}

impl HistogramChild<'_, f64> {
    /// Observes a duration in the family's unit; sums of durations are exact to the nanosecond.
    #[inline]
    pub fn observe_duration(&self, duration: Duration) {
        // 2^63 ns are 292 years
        let nanos = i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
        self.observe_nanos(nanos.cast_unsigned());
    }

    /// The same, at most `i64::MAX` nanoseconds.
    #[inline]
    pub(super) fn observe_nanos(&self, nanos: u64) {
        let bucket = self.scale.nanos.bucket(nanos.cast_signed() as f64);
        self.slot.observe(BUCKETS + bucket, INTEGER_SUM, nanos);
    }
}

impl<L, V> Clone for Histogram<L, V> {
    fn clone(&self) -> Self {
        Self {
            family: Arc::clone(&self.family),
            scale: Arc::clone(&self.scale),
            value: PhantomData,
        }
    }
}

impl<L: LabelSet, V: HistogramValue> Metric for Histogram<L, V> {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let bounds = self.scale.bounds;
        let buckets = bounds.len() + 1;
        // as in the cells: the sums, then the count of each bucket
        let read = |child: Reader<'_>, values: &mut Vec<u64>| {
            let (cells, base) = (child.cells, child.start);
            values.push(cells.get_f64(base + FLOAT_SUM).to_bits());
            values.push(cells.get_u64(base + INTEGER_SUM));
            let first = values.len();
            values.resize(first + buckets, 0);
            if let Some(counts) = values.get_mut(first..) {
                cells.get_u64s(base + BUCKETS, counts);
            }
        };
        let mut cumulative = vec![0; bounds.len()];
        self.family.for_each(self.scale.width(), read, |child| {
            let Some(([float, integer], counts)) = child.values.split_first_chunk() else {
                return ControlFlow::Continue(());
            };
            let mut count = 0;
            for (sum, bucket) in cumulative.iter_mut().zip(counts) {
                count += bucket;
                *sum = count;
            }
            count += counts.last().copied().unwrap_or_default();
            let sum = if V::FLOAT {
                f64::from_bits(*float) + self.scale.time.in_unit(*integer as f64)
            } else {
                *integer as f64
            };
            let buckets = Buckets::new(bounds, &cumulative, count, sum);
            let value = Value::Histogram(buckets);
            let point = Point::new(Labels::rendered(child.labels), value);
            visit(&point.created(child.created_millis))
        })
    }

    fn delivered(&self, mark: Mark) {
        self.family.delivered(mark);
    }

    fn overflowed(&self) -> Option<u64> {
        self.family.overflowed()
    }

    fn rejected(&self) -> Option<u64> {
        V::FLOAT.then(|| self.family.rejected())
    }

    fn runs_user_code(&self) -> bool {
        false
    }
}

impl<L: LabelSet, V: HistogramValue> MetricField for Histogram<L, V> {
    const KIND: Kind = Kind::Histogram;
    const LABELS: &'static [LabelDescriptor] = L::LABELS;
    const NATIVE: bool = true;
    const IDLE: bool = !is_finite(L::LABELS);
    const EXEMPLARS: bool = true;

    fn new(descriptor: &'static Descriptor) -> Self {
        Self::with_bounds(descriptor, descriptor.bounds())
    }

    fn handle(&self) -> Arc<dyn Metric> {
        Arc::new(self.clone())
    }
}

impl<L, V> std::fmt::Debug for Histogram<L, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Histogram")
            .field(&self.family.name())
            .finish()
    }
}
