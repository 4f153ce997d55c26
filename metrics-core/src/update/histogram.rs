//! Histograms: families of observations counted in buckets.

use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use super::cell::{Block, Cells, Sums};
use super::family::{Family, Slot};
use super::field::{Metric, MetricField};
use super::labels::Labels;
use super::number::HistogramValue;
use super::search::Search;
use super::{Buckets, Value};
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
    family: Arc<Family<L, Sums>>,
    search: Arc<Search>,
    time: TimeUnit,
    value: PhantomData<V>,
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
}

/// A child's cells: a count for each bucket, `+Inf` the last; the float part of the sum; its integer part.
///
/// The parts are apart so that durations add up in whole nanoseconds, and `u64` observations exactly, while
/// floats of any size still fit.
const SUMS: usize = 2;

impl<L: LabelSet, V: HistogramValue> Histogram<L, V> {
    /// The histogram of one label set.
    ///
    /// Resolve it where you use it; past the cap of an open label it is the overflow series.
    #[inline]
    pub fn with(&self, labels: L::Borrowed<'_>) -> HistogramChild<'_, V> {
        self.child(self.family.child(&labels))
    }
}

impl<L, V> Histogram<L, V> {
    #[inline]
    fn child<'a>(&'a self, slot: Slot<'a, Sums>) -> HistogramChild<'a, V> {
        HistogramChild {
            slot,
            search: &self.search,
            time: self.time,
            rejected: self.family.rejected_cell(),
            value: PhantomData,
        }
    }
}

impl<V: HistogramValue> Histogram<(), V> {
    /// Counts `value` in its bucket and adds it to the sum. A NaN is dropped, and
    /// `metrics_rejected_updates_total` names the family.
    #[inline]
    pub fn observe(&self, value: V) {
        self.child(self.family.only_child()).observe(value);
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
    slot: Slot<'a, Sums>,
    search: &'a Search,
    time: TimeUnit,
    rejected: &'a Cells,
    value: PhantomData<*const V>,
}

impl<V: HistogramValue> HistogramChild<'_, V> {
    /// Counts `value` in its bucket and adds it to the sum; a NaN is dropped and counted as refused.
    #[inline]
    pub fn observe(&self, value: V) {
        if !V::FLOAT {
            self.count(value.into().as_f64());
            self.slot
                .add(self.search.bounds().len() + 2, value.to_bits());
            return;
        }
        let float = f64::from_bits(value.to_bits());
        if float.is_nan() {
            self.rejected.add(0, 1);
            return;
        }
        self.count(float);
        self.slot.add_value(self.search.bounds().len() + 1, float);
    }
}

impl<V> HistogramChild<'_, V> {
    #[inline]
    fn count(&self, value: f64) {
        self.slot.add(self.search.bucket(value), 1);
    }
}

impl HistogramChild<'_, f64> {
    /// Observes a duration in the family's unit; sums of durations are exact to the nanosecond.
    #[inline]
    pub fn observe_duration(&self, duration: Duration) {
        // 2^64 ns are 584 years of added-up time
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.count(nanos as f64 / self.time.nanos);
        self.slot.add(self.search.bounds().len() + 2, nanos);
    }
}

impl<L, V> Clone for Histogram<L, V> {
    fn clone(&self) -> Self {
        Self {
            family: Arc::clone(&self.family),
            search: Arc::clone(&self.search),
            time: self.time,
            value: PhantomData,
        }
    }
}

impl<L: LabelSet, V: HistogramValue> Metric for Histogram<L, V> {
    fn read(
        &self,
        visit: &mut dyn FnMut(Labels<'_>, Value<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let bounds = self.search.bounds();
        let mut cumulative = vec![0; bounds.len()];
        self.family.for_each(&mut |labels, cells, base| {
            let mut count = 0;
            for (bucket, sum) in cumulative.iter_mut().enumerate() {
                count += cells.get(base + bucket);
                *sum = count;
            }
            count += cells.get(base + bounds.len());
            let float = cells.get_f64(base + bounds.len() + 1);
            let integer = cells.get(base + bounds.len() + 2) as f64;
            let sum = if V::FLOAT {
                float + integer / self.time.nanos
            } else {
                integer
            };
            visit(
                Labels::rendered(labels),
                Value::Histogram(Buckets {
                    bounds,
                    cumulative: &cumulative,
                    count,
                    sum,
                }),
            )
        })
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

    fn new(descriptor: &'static Descriptor) -> Self {
        let width = descriptor.bounds().len() + 1 + SUMS;
        Self {
            family: Arc::new(Family::new(descriptor, width)),
            search: Arc::new(Search::new(descriptor.bounds())),
            time: TimeUnit::of(descriptor.name()),
            value: PhantomData,
        }
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
