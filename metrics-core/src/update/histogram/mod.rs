//! Histograms: families of observations counted in buckets. `scale` says in which, `child` is one of them resolved.

mod child;
mod scale;

use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use super::clock;
use super::exemplar::{Exemplars, Gathering};
use super::family::{Family, OwnedChild, Reader, Shape, Slot, Values, is_finite};
use super::field::{Metric, MetricField};
use super::labels::Labels;
use super::mark::Mark;
use super::native::{Merged, Native};
use super::number::HistogramValue;
use super::owner::OwnedSeries;
use super::owner::sealed::Ownable;
use super::{Buckets, Point, Value};
use crate::declare::{Descriptor, Kind, LabelDescriptor, LabelSet};

pub use child::HistogramChild;
use scale::{BUCKETS, FLOAT_SUM, INTEGER_SUM, Scale, sum_of};

/// Observations counted in buckets, one histogram for each label set of `L`.
///
/// A clone is the same histogram. Durations are observed in the family's unit, which is seconds unless its name
/// ends in `_milliseconds` or another unit of time.
///
/// # Native buckets
///
/// With `#[metric(native)]` it counts in native buckets, which need no bounds: from a bound to the next it is the same
/// factor, for values of every size and sign, and a bucket is there when something was counted in it. With
/// `buckets = …` too, it has both kinds. When there would be more than `max_buckets`, pairs of neighbours become one, for
/// all values of that series from then on, down to a factor of 65,536: coarser buckets are not limited. What is at most
/// the zero threshold is in the zero bucket, and there are buckets for the infinities. Formats that know no native
/// buckets show the classic ones, or sum and count alone.
///
/// A series takes about 40 bytes for each bucket there may be (6.4 KB for 160), and each thread that observes has a
/// cell of its own for each bucket. Where that would take too much of the threads' memory, they share the cells, as they
/// do for families of finite labels with more than 16,384 buckets in all.
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

impl<L: LabelSet, V: HistogramValue> Histogram<L, V> {
    /// The histogram of one label set.
    ///
    /// Resolve it where you use it; past the cap of an open label it is the overflow series.
    #[inline]
    pub fn with(&self, labels: L::Borrowed<'_>) -> HistogramChild<'_, V> {
        self.child(self.family.child(&labels, self.scale.width))
    }

    /// Removes the series with the open values of `labels`, whatever their finite labels are; returns whether there
    /// were any. The next [`Histogram::with`] of such labels begins anew, at zero. Series of finite labels alone are there for
    /// good.
    ///
    /// What was removed is still shown, in its final state, until a scrape has delivered it ([`Registry::mark`]), such
    /// labels come back, or more series than the cap have been removed since; in the absence of scrapes, for five minutes.
    /// A child resolved before goes on with it, later with numbers that nobody reads. While any child is kept, of this
    /// family or of some others, memory of series that are removed meanwhile is not used again: after some 32,768 of them,
    /// new labels overflow until it is dropped.
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

impl<L: LabelSet, V: HistogramValue> Histogram<L, V> {
    /// A histogram with bounds of its own.
    pub(super) fn with_bounds(descriptor: &'static Descriptor, bounds: &'static [f64]) -> Self {
        clock::prepare();
        let scale = Scale::of::<V>(descriptor, bounds);
        Self {
            family: Arc::new(Family::new(
                descriptor,
                Shape {
                    width: scale.width,
                    storage: Exemplars::storage(descriptor),
                    marks: scale.native().map_or(Exemplars::MARKS, Native::marks),
                },
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
            exemplars: self.family.exemplars(),
            value: PhantomData,
        }
    }
}

impl<V: HistogramValue> Histogram<(), V> {
    /// Counts `value` in its bucket and adds it to the sum. A NaN is dropped, and
    /// `metrics_rejected_updates_total` names the family.
    #[inline]
    pub fn observe(&self, value: V) {
        let bucket = self.scale.bucket(value);
        if !self.family.observe_only(bucket, sum_of::<V>(), value) {
            self.observe_otherwise(value);
        }
    }

    #[inline(never)]
    fn observe_otherwise(&self, value: V) {
        let child = self.child(self.family.only_child());
        child.observe_otherwise(value);
    }

    /// The same, and keeps the observation as the exemplar of its bucket, in the place of the one before. Of a
    /// histogram that has no bounds, being native, the newest ten are kept, but rather those that lie further apart.
    ///
    /// The labels say what it was caused by, mostly `("trace_id", …)`. Those without a value are left out. The exemplar
    /// is dropped, but the observation counts, where no label is left, where a name is not a label name, begins with
    /// `__` or is there twice, where names and values have more than 128 characters together, which is the limit of
    /// OpenMetrics, and where at this moment another thread gives an exemplar, for which it does not wait.
    ///
    /// Exemplars are exposed as OpenMetrics and as protobuf; the text format 0.0.4 has none. With
    /// `#[metric(exemplars)]`, observations take one by themselves from the span that is current.
    ///
    /// ```
    /// use metrics_core::{Histogram, MetricSet, Registry};
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
    /// let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    /// store.read.observe_with_exemplar(0.43, &[("trace_id", trace)]);
    /// let line = format!("read_seconds_bucket{{le=\"1.0\"}} 1 # {{trace_id=\"{trace}\"}} 0.43");
    /// assert!(registry.encode_open_metrics().contains(&line));
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn observe_with_exemplar(&self, value: V, labels: &[(&str, &str)]) {
        self.child(self.family.only_child())
            .observe_with_exemplar(value, labels);
    }
}

impl Histogram<(), f64> {
    /// Observes a duration in the family's unit; sums of durations are exact to the nanosecond.
    #[inline]
    pub fn observe_duration(&self, duration: Duration) {
        self.child(self.family.only_child())
            .observe_duration(duration);
    }

    /// The same, and keeps it as the exemplar of its bucket; labels as for [`Histogram::observe_with_exemplar`].
    pub fn observe_duration_with_exemplar(&self, duration: Duration, labels: &[(&str, &str)]) {
        self.child(self.family.only_child())
            .observe_duration_with_exemplar(duration, labels);
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

impl<L: LabelSet, V: HistogramValue> Histogram<L, V> {
    /// Shows what was observed, with exemplars if they are given.
    fn show(
        &self,
        exemplars: Option<Gathering<'_>>,
        visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let scale = &*self.scale;
        let native = scale.native();
        // as in the cells: the sums, then the count of each bucket
        let read = |child: Reader<'_>, values: &mut Vec<u64>| {
            let (cells, base) = (child.cells, child.start);
            values.push(cells.get_f64(base + FLOAT_SUM).to_bits());
            values.push(cells.get_u64(base + INTEGER_SUM));
            let first = values.len();
            values.resize(first + scale.buckets, 0);
            if let Some(counts) = values.get_mut(first..) {
                cells.get_u64s(base + BUCKETS, counts);
            }
            if let Some(native) = native {
                native.read(child, values);
            }
            values.extend(exemplars.map(|exemplars| exemplars.owner(child.marks)));
        };
        let width = scale.values_read();
        let numbers = Values {
            each: width + usize::from(exemplars.is_some()),
            marks: native.is_some() || exemplars.is_some(),
        };
        let mut cumulative = vec![0; scale.bounds.len()];
        let mut merged = Merged::default();
        self.family.for_each(numbers, read, |child| {
            let (values, owner) = child.values.split_at(width.min(child.values.len()));
            let Some(([float, integer], counts)) = values.split_first_chunk() else {
                return ControlFlow::Continue(());
            };
            let (counts, of_native) = counts.split_at(scale.buckets.min(counts.len()));
            let mut count = 0;
            for (sum, bucket) in cumulative.iter_mut().zip(counts) {
                count += bucket;
                *sum = count;
            }
            count += counts.last().copied().unwrap_or_default();
            let sum = if V::FLOAT {
                f64::from_bits(*float) + scale.time.in_unit(*integer as f64)
            } else {
                *integer as f64
            };
            if let Some(native) = native {
                native.merge(of_native, &mut merged);
                // Prometheus refuses a histogram whose native buckets do not add up to its count, and what is being
                // observed now may be in the classic buckets and not in these
                count = merged.count();
                cumulative.iter_mut().for_each(|sum| *sum = count.min(*sum));
            }
            let of_native = merged.buckets();
            let mut buckets = Buckets::new(scale.bounds, &cumulative, count, sum);
            if native.is_some() {
                buckets = buckets.native(&of_native);
            }
            let point = Point::new(Labels::rendered(child.labels), Value::Histogram(buckets));
            let point = point.created(child.created_millis);
            match (exemplars, owner) {
                (Some(exemplars), [owner]) => exemplars.show(child.id, *owner, point, &mut *visit),
                _ => visit(&point),
            }
        })
    }
}

impl<L: LabelSet, V: HistogramValue> Metric for Histogram<L, V> {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        self.show(self.family.exemplars().gathering(), visit)
    }

    fn read_values(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        self.show(None, visit)
    }

    fn delivered(&self, mark: Mark) {
        self.family.delivered(mark);
    }

    fn forked(&self) {
        self.family.forget();
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

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::declare::{Declaration, NativeOptions, Source};

    static BOTH: Descriptor = {
        let source = Source {
            file: file!(),
            line: line!(),
            package: "metrics-core",
            module: module_path!(),
        };
        let declared = Declaration::new("", "both", "Both kinds of buckets.", source)
            .bounds(&[1.0])
            .native(NativeOptions::DEFAULT);
        Descriptor::new(declared, Kind::Histogram, &[])
    };

    #[test]
    fn what_is_not_yet_in_native_buckets_is_not_in_classic_ones_either() {
        let histogram = Histogram::<(), f64>::with_bounds(&BOTH, &[1.0]);
        histogram.observe(0.5);
        // half of an observation
        histogram.family.only_child().add(BUCKETS, 1_u64);
        let read = histogram.read(&mut |point| {
            let Value::Histogram(buckets) = point.value else {
                panic!("not a histogram: {point:?}");
            };
            assert_eq!((buckets.cumulative, buckets.count), (&[1][..], 1));
            ControlFlow::Break(())
        });
        assert!(read.is_break());
    }
}
