//! Gauges: families of numbers that go up and down, and the guard that lets one go down again.

mod mode;
#[cfg(all(loom, test))]
mod model;

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::cell::Storage;
use super::derived::{Derivation, DerivedField, Formula};
use super::family::{Family, FiniteSlot, OwnedChild, Shape, Slot, Values, is_finite};
use super::field::{Metric, MetricField, ReadField};
use super::labels::Labels;
use super::mark::Mark;
use super::number::{GaugeValue, Number};
use super::owner::OwnedSeries;
use super::owner::sealed::Ownable;
use super::reading::Reading;
use super::{Point, Value};
use crate::declare::{Descriptor, Kind, LabelDescriptor, LabelSet};
use mode::Mode;

/// A number that goes up and down, one for each label set of `L`.
///
/// A clone is the same gauge.
///
/// ```
/// use metrics_core::{Gauge, MetricSet, Registry};
///
/// /// A queue.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Queue {
///     /// Jobs waiting.
///     depth: Gauge,
///     /// Share of workers that are busy.
///     #[metric(unit = "ratio")]
///     busy: Gauge<(), f64>,
/// }
///
/// let registry = Registry::new();
/// let queue = Queue::register(&registry)?;
/// queue.depth.set(7);
/// queue.busy.set(0.25);
/// {
///     let _one_more = queue.depth.inc_guard();
///     assert_eq!(queue.depth.get(), 8);
/// }
/// assert_eq!(registry.encode_text(), "\
/// ## HELP busy_ratio Share of workers that are busy.
/// ## TYPE busy_ratio gauge
/// busy_ratio 0.25
/// ## HELP depth Jobs waiting.
/// ## TYPE depth gauge
/// depth 7
/// ");
/// # Ok::<(), metrics_core::Error>(())
/// ```
pub struct Gauge<L = (), V = i64> {
    family: Arc<GaugeFamily<L>>,
    reading: Option<Reading>,
    value: PhantomData<V>,
}

#[derive(Debug)]
struct GaugeFamily<L> {
    children: Family<L>,
    mode: Mode,
}

/// The cells of a child.
const WIDTH: usize = 1;

impl<L: LabelSet, V: GaugeValue> Gauge<L, V> {
    /// The gauge of one label set.
    ///
    /// Resolve it where you use it; past the cap of an open label it is the overflow series.
    pub fn with(&self, labels: L::Borrowed<'_>) -> GaugeChild<'_, V> {
        GaugeChild {
            slot: self.family.children.child(&labels, WIDTH),
            mode: &self.family.mode,
            value: PhantomData,
        }
    }

    /// Removes the series with the open values of `labels`, whatever their finite labels are; returns whether there
    /// were any. The next [`Gauge::with`] of such labels begins anew, at zero. Series of finite labels alone are there for
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
        self.family.children.remove(&labels)
    }

    /// Makes the caller an owner of the series of one label set, which leaves when its last owner does: see
    /// [`OwnedSeries`]. One of the labels is open; with finite ones alone this does not compile, because their series are
    /// there for good.
    pub fn own(&self, labels: L::Borrowed<'_>) -> OwnedSeries<Self> {
        OwnedSeries::new(self.clone(), self.family.children.own(&labels))
    }
}

impl<L: LabelSet, V: GaugeValue> OwnedSeries<Gauge<L, V>> {
    /// The gauge of the series, for use here and now.
    #[inline]
    pub fn child(&self) -> GaugeChild<'_, V> {
        let (gauge, child) = self.parts();
        GaugeChild {
            slot: gauge.family.children.owned(child),
            mode: &gauge.family.mode,
            value: PhantomData,
        }
    }
}

impl<L: LabelSet, V> Ownable for Gauge<L, V> {
    fn disown(&self, child: &OwnedChild) {
        self.family.children.disown(child);
    }
}

impl<V: GaugeValue> Gauge<(), V> {
    /// Sets the value.
    pub fn set(&self, value: V) {
        let slot = self.family.children.only_child();
        self.family.mode.set(&slot, value);
    }

    /// Adds one.
    pub fn inc(&self) {
        self.add(V::ONE);
    }

    /// Subtracts one.
    pub fn dec(&self) {
        self.sub(V::ONE);
    }

    /// Adds `n`.
    pub fn add(&self, n: V) {
        let slot = self.family.children.only_child();
        self.family.mode.add(&slot, n);
    }

    /// Subtracts `n`.
    pub fn sub(&self, n: V) {
        self.add(n.negated());
    }

    /// The value now; of a gauge that is computed of other metrics (`#[metric(ratio = …)]` and its like), what it is
    /// exposed with. Of one that is read from a function (`#[metric(read = …)]`), it is what the program set.
    pub fn get(&self) -> V {
        match &self.reading {
            Some(Reading::Derived(derivation)) => V::of_f64(derivation.value()),
            _ => self.family.children.only().cells().get(0),
        }
    }

    /// Adds one, and subtracts it when the guard is dropped: at the end of a scope, in a panic, or with
    /// the future that holds it.
    pub fn inc_guard(&self) -> GaugeGuard<'_, V> {
        self.inc_guard_with(())
    }

    /// The same, with a guard that borrows nothing: for a task that outlives the set it was given.
    pub fn inc_owned_guard(&self) -> OwnedGaugeGuard<(), V> {
        self.inc_owned_guard_with(())
    }
}

impl<L: LabelSet, V: GaugeValue> Gauge<L, V> {
    /// The same for the gauge of one label set.
    ///
    /// The labels are finite, so that the series stays while the guard is there; with an open label this does not
    /// compile.
    #[inline]
    pub fn inc_guard_with(&self, labels: L::Borrowed<'_>) -> GaugeGuard<'_, V> {
        const {
            assert!(
                is_finite(L::LABELS),
                "an in-flight gauge has finite labels, so that no series is removed while it is up"
            );
        }
        let guard = GaugeGuard {
            slot: self.family.children.finite_child(&labels, WIDTH),
            mode: &self.family.mode,
            value: PhantomData,
        };
        guard.mode.add(&guard.slot.slot(), V::ONE);
        guard
    }

    /// The same, with a guard that borrows nothing: for a task that outlives the set it was given.
    #[inline]
    pub fn inc_owned_guard_with(&self, labels: L::Borrowed<'_>) -> OwnedGaugeGuard<L, V> {
        let GaugeGuard { slot, .. } = &*ManuallyDrop::new(self.inc_guard_with(labels));
        OwnedGaugeGuard {
            gauge: self.clone(),
            child: slot.child(),
        }
    }
}

/// A one that was added to a gauge, subtracted again on drop; from [`Gauge::inc_guard`] or
/// [`Gauge::inc_guard_with`].
#[must_use = "a guard that is dropped at once leaves the gauge as it was"]
#[derive(Debug)]
pub struct GaugeGuard<'a, V: GaugeValue = i64> {
    slot: FiniteSlot<'a>,
    mode: &'a Mode,
    value: PhantomData<V>,
}

/// A one that was added to a gauge, subtracted again on drop; from [`Gauge::inc_owned_guard`] or
/// [`Gauge::inc_owned_guard_with`].
#[must_use = "a guard that is dropped at once leaves the gauge as it was"]
#[derive(Debug)]
pub struct OwnedGaugeGuard<L = (), V: GaugeValue = i64> {
    gauge: Gauge<L, V>,
    child: usize,
}

impl<L, V: GaugeValue> Drop for OwnedGaugeGuard<L, V> {
    fn drop(&mut self) {
        let GaugeFamily { children, mode } = &*self.gauge.family;
        mode.add(&children.finite(self.child).slot(), V::ONE.negated());
    }
}

impl<V: GaugeValue> Drop for GaugeGuard<'_, V> {
    fn drop(&mut self) {
        self.mode.add(&self.slot.slot(), V::ONE.negated());
    }
}

/// The gauge of one label set, for use here and now: it is neither kept nor sent to another thread.
#[must_use = "resolving a child does not change it"]
#[derive(Debug)]
pub struct GaugeChild<'a, V = i64> {
    slot: Slot<'a>,
    mode: &'a Mode,
    value: PhantomData<*const V>,
}

impl<V: GaugeValue> GaugeChild<'_, V> {
    /// Sets the value.
    pub fn set(&self, value: V) {
        self.mode.set(&self.slot, value);
    }

    /// Adds one.
    pub fn inc(&self) {
        self.add(V::ONE);
    }

    /// Subtracts one.
    pub fn dec(&self) {
        self.sub(V::ONE);
    }

    /// Adds `n`.
    pub fn add(&self, n: V) {
        self.mode.add(&self.slot, n);
    }

    /// Subtracts `n`.
    pub fn sub(&self, n: V) {
        self.add(n.negated());
    }

    /// The value now.
    pub fn get(&self) -> V {
        self.slot.get(0)
    }
}

impl<L, V> Clone for Gauge<L, V> {
    fn clone(&self) -> Self {
        Self {
            family: Arc::clone(&self.family),
            reading: self.reading.clone(),
            value: PhantomData,
        }
    }
}

impl<L: LabelSet, V: GaugeValue> Metric for Gauge<L, V> {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        if let Some(reading) = &self.reading {
            return visit(&Point::new(Labels::NONE, Value::Number(reading.read())));
        }
        self.family.children.for_each(
            Values {
                each: WIDTH,
                marks: false,
            },
            |child, values| values.push(child.cells.get::<V>(child.start).to_bits()),
            |child| {
                let bits = child.values.first().copied().unwrap_or_default();
                let value = Value::Number(V::from_bits(bits).into());
                visit(&Point::new(Labels::rendered(child.labels), value))
            },
        )
    }

    fn delivered(&self, mark: Mark) {
        self.family.children.delivered(mark);
    }

    fn forked(&self) {
        self.family.children.forget_overflows();
        // what was set says how things are, in the child too
        if self.family.mode.is_only_added_to() {
            self.family.children.forget();
        }
    }

    fn overflowed(&self) -> Option<u64> {
        self.family.children.overflowed()
    }

    fn runs_user_code(&self) -> bool {
        self.reading.as_ref().is_some_and(Reading::runs_user_code)
    }
}

impl<L: LabelSet, V: GaugeValue> MetricField for Gauge<L, V> {
    const KIND: Kind = Kind::Gauge;
    const LABELS: &'static [LabelDescriptor] = L::LABELS;
    const IDLE: bool = !is_finite(L::LABELS);

    fn new(descriptor: &'static Descriptor) -> Self {
        let storage = if V::FLOAT {
            Storage::Shared
        } else {
            Storage::Summed
        };
        Self {
            family: Arc::new(GaugeFamily {
                children: Family::new(descriptor, Shape::of_cells(WIDTH, storage)),
                mode: Mode::new(V::FLOAT),
            }),
            reading: None,
            value: PhantomData,
        }
    }

    fn handle(&self) -> Arc<dyn Metric> {
        Arc::new(self.clone())
    }
}

impl<V: GaugeValue> ReadField for Gauge<(), V> {
    fn reading(
        descriptor: &'static Descriptor,
        read: impl Fn() -> Number + Send + Sync + 'static,
    ) -> Self {
        Self {
            reading: Some(Reading::new(read)),
            ..Self::new(descriptor)
        }
    }
}

impl DerivedField for Gauge<(), f64> {
    fn derived(
        descriptor: &'static Descriptor,
        formula: Formula,
        sources: &[Arc<dyn Metric>],
    ) -> Self {
        Self {
            reading: Some(Reading::Derived(Derivation::new(formula, sources))),
            ..Self::new(descriptor)
        }
    }
}

impl<L, V> std::fmt::Debug for Gauge<L, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Gauge")
            .field(&self.family.children.name())
            .finish()
    }
}
