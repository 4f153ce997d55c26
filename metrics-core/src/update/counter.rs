//! Counters: families of numbers that only grow.

use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::exemplar::{Exemplars, Gathering};
use super::family::{Family, OwnedChild, Rejections, Shape, Slot, Values, is_finite};
use super::field::{Metric, MetricField, ReadField};
use super::labels::Labels;
use super::mark::Mark;
use super::number::{CounterValue, Number};
use super::owner::OwnedSeries;
use super::owner::sealed::Ownable;
use super::reading::Reading;
use super::{Point, Value};
use crate::declare::{Descriptor, Kind, LabelDescriptor, LabelSet};

/// A number that only grows, one for each label set of `L`.
///
/// It is exposed with the suffix `_total`. A clone is the same counter. A `u64` wraps after 2^64, which
/// Prometheus reads as a restart. `Counter<(), f64>` counts amounts: seconds, joules, money.
///
/// ```
/// use metrics_core::{Counter, Label, LabelSet, MetricSet, Registry};
///
/// #[derive(Clone, Copy, Label)]
/// enum Method { Get, Post }
///
/// #[derive(Clone, Copy, LabelSet)]
/// struct ByMethod { method: Method }
///
/// /// A server.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Http {
///     /// Requests received.
///     requests: Counter<ByMethod>,
/// }
///
/// let registry = Registry::new();
/// let http = Http::register(&registry)?;
/// http.requests.with(ByMethod { method: Method::Post }).inc();
/// assert_eq!(registry.encode_text(), "\
/// ## HELP requests_total Requests received.
/// ## TYPE requests_total counter
/// requests_total{method=\"get\"} 0
/// requests_total{method=\"post\"} 1
/// ");
/// # Ok::<(), metrics_core::Error>(())
/// ```
pub struct Counter<L = (), V = u64> {
    family: Arc<Family<L>>,
    reading: Option<Reading>,
    value: PhantomData<V>,
}

/// The cells of a child.
const WIDTH: usize = 1;

impl<L: LabelSet, V: CounterValue> Counter<L, V> {
    /// The counter of one label set.
    ///
    /// Resolve it where you use it; past the cap of an open label it is the overflow series.
    #[inline]
    pub fn with(&self, labels: L::Borrowed<'_>) -> CounterChild<'_, V> {
        CounterChild {
            slot: self.family.child(&labels, WIDTH),
            rejections: self.family.rejections(),
            exemplars: self.family.exemplars(),
            value: PhantomData,
        }
    }

    /// Removes the series with the open values of `labels`, whatever their finite labels are; returns whether there
    /// were any. The next [`Counter::with`] of such labels begins anew, at zero. Series of finite labels alone are there for
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

impl<L: LabelSet, V: CounterValue> OwnedSeries<Counter<L, V>> {
    /// The counter of the series, for use here and now.
    #[inline]
    pub fn child(&self) -> CounterChild<'_, V> {
        let (counter, child) = self.parts();
        CounterChild {
            slot: counter.family.owned(child),
            rejections: counter.family.rejections(),
            exemplars: counter.family.exemplars(),
            value: PhantomData,
        }
    }
}

impl<L: LabelSet, V> Ownable for Counter<L, V> {
    fn disown(&self, child: &OwnedChild) {
        self.family.disown(child);
    }
}

impl<V: CounterValue> Counter<(), V> {
    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(V::ONE);
    }

    /// Adds `n`. A negative or non-finite `n` would make the counter wrong: it is not added, and
    /// `metrics_rejected_updates_total` names the family.
    #[inline]
    pub fn inc_by(&self, n: V) {
        if n.into().is_increment() {
            self.add(n);
        } else {
            self.family.rejections().count();
        }
    }

    #[inline]
    fn add(&self, n: V) {
        if !self.family.only().add_again(0, n) {
            self.add_slowly(n);
        }
    }

    /// The first update of a thread, one that has no place in its table, or one that may take an exemplar.
    #[cold]
    #[inline(never)]
    fn add_slowly(&self, n: V) {
        self.family.only().add_slowly(0, n);
        let slot = self.family.only_child();
        slot.look(self.family.exemplars(), 0, n.into().as_f64());
    }

    #[inline]
    fn only_child(&self) -> CounterChild<'_, V> {
        CounterChild {
            slot: self.family.only_child(),
            rejections: self.family.rejections(),
            exemplars: self.family.exemplars(),
            value: PhantomData,
        }
    }

    /// Adds one, and keeps it as the exemplar of the counter, in the place of the one before.
    ///
    /// The labels say what it was caused by, mostly `("trace_id", …)`. Those without a value are left out. The exemplar
    /// is dropped, but the update counts, where no label is left, where a name is not a label name, begins with `__`
    /// or is there twice, where names and values have more than 128 characters together, which is the limit of
    /// OpenMetrics, and where at this moment another thread gives an exemplar, for which it does not wait.
    ///
    /// Exemplars are exposed as OpenMetrics and as protobuf; the text format 0.0.4 has none. With
    /// `#[metric(exemplars)]`, updates take one by themselves from the span that is current.
    ///
    /// ```
    /// use metrics_core::{Counter, MetricSet, Registry};
    ///
    /// /// A shop.
    /// #[derive(MetricSet)]
    /// #[metrics(register = false)]
    /// struct Shop {
    ///     /// Orders placed.
    ///     orders: Counter,
    /// }
    ///
    /// let registry = Registry::new();
    /// let shop = Shop::register(&registry)?;
    /// let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    /// shop.orders.inc_with_exemplar(&[("trace_id", trace)]);
    /// let line = format!("orders_total 1 # {{trace_id=\"{trace}\"}} 1");
    /// assert!(registry.encode_open_metrics().contains(&line));
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn inc_with_exemplar(&self, labels: &[(&str, &str)]) {
        self.inc_by_with_exemplar(V::ONE, labels);
    }

    /// The same for `n`; what [`Counter::inc_by`] refuses is refused here too.
    pub fn inc_by_with_exemplar(&self, n: V, labels: &[(&str, &str)]) {
        self.only_child().inc_by_with_exemplar(n, labels);
    }

    /// Makes the value `total`, if that is more; a counter never goes down.
    ///
    /// For a total that something else counts, such as the operating system, and that is brought up to date before it is
    /// gathered: asked again, it is set again, and not added. If nothing is added beside that, the value is `total` exactly.
    /// A total that is negative or not finite is refused as in [`Counter::inc_by`].
    ///
    /// One that wraps, or begins anew, is less than the counter, which stays as it is until the total has passed it again;
    /// one that does so more than once in a lifetime is not for this. A counter that has wrapped itself, by what was added,
    /// is raised to the total as any other.
    ///
    /// ```
    /// # use metrics_core::{Counter, MetricSet, Registry};
    /// # /// A process.
    /// # #[derive(MetricSet)]
    /// # #[metrics(register = false)]
    /// # struct Process {
    /// #     /// Pages read.
    /// #     pages_read: Counter,
    /// # }
    /// # let process = Process::register(&Registry::new())?;
    /// for pages_so_far in [3, 5, 4] {
    ///     process.pages_read.raise_to(pages_so_far);
    /// }
    /// assert_eq!(process.pages_read.get(), 5);
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn raise_to(&self, total: V) {
        if total.into().is_increment() {
            self.family.only().cells().raise(0, total);
        } else {
            self.family.rejections().count();
        }
    }

    /// The value now.
    pub fn get(&self) -> V {
        self.family.only().cells().get(0)
    }
}

/// The counter of one label set, for use here and now: it is neither kept nor sent to another thread.
#[must_use = "resolving a child does not change it"]
pub struct CounterChild<'a, V = u64> {
    slot: Slot<'a>,
    rejections: &'a Rejections,
    exemplars: &'a Exemplars,
    value: PhantomData<*const V>,
}

impl<V: CounterValue> CounterChild<'_, V> {
    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(V::ONE);
    }

    /// Adds `n`; what [`Counter::inc_by`] refuses is refused here too.
    #[inline]
    pub fn inc_by(&self, n: V) {
        if n.into().is_increment() {
            self.add(n);
        } else {
            self.rejections.count();
        }
    }

    // always, like what it calls: too much for the compiler to do so by itself, which does not see how little is left
    // where it is known whether labels are open
    #[inline(always)]
    fn add(&self, n: V) {
        if !self.slot.add(0, n) {
            self.slot.look(self.exemplars, 0, n.into().as_f64());
        }
    }

    /// Adds one, and keeps it as the exemplar of the series; labels as for [`Counter::inc_with_exemplar`].
    pub fn inc_with_exemplar(&self, labels: &[(&str, &str)]) {
        self.inc_by_with_exemplar(V::ONE, labels);
    }

    /// The same for `n`; what [`Counter::inc_by`] refuses is refused here too.
    pub fn inc_by_with_exemplar(&self, n: V, labels: &[(&str, &str)]) {
        let number = n.into();
        if !number.is_increment() {
            self.rejections.count();
            return;
        }
        self.slot.add(0, n);
        let marks = self.slot.marks(self.exemplars.marks());
        let value = number.as_f64();
        self.exemplars.keep(self.slot.id(), marks, 0, value, labels);
    }

    /// Makes the value `total`, if that is more, as [`Counter::raise_to`] does.
    pub fn raise_to(&self, total: V) {
        if total.into().is_increment() {
            self.slot.raise(0, total);
        } else {
            self.rejections.count();
        }
    }

    /// The value now.
    pub fn get(&self) -> V {
        self.slot.get(0)
    }
}

impl<L, V> Clone for Counter<L, V> {
    fn clone(&self) -> Self {
        Self {
            family: Arc::clone(&self.family),
            reading: self.reading.clone(),
            value: PhantomData,
        }
    }
}

impl<L: LabelSet, V: CounterValue> Counter<L, V> {
    /// Shows what was counted, with exemplars if they are given.
    fn show(
        &self,
        exemplars: Option<Gathering<'_>>,
        visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.family.for_each(
            Values {
                each: WIDTH + usize::from(exemplars.is_some()),
                marks: exemplars.is_some(),
            },
            |child, values| {
                values.push(child.cells.get::<V>(child.start).to_bits());
                values.extend(exemplars.map(|exemplars| exemplars.owner(child.marks)));
            },
            |child| {
                let bits = child.values.first().copied().unwrap_or_default();
                let value = Value::Number(V::from_bits(bits).into());
                let point = Point::new(Labels::rendered(child.labels), value);
                let point = point.created(child.created_millis);
                match (exemplars, child.values.get(WIDTH)) {
                    (Some(exemplars), Some(owner)) => {
                        exemplars.show(child.id, *owner, point, &mut *visit)
                    }
                    _ => visit(&point),
                }
            },
        )
    }
}

impl<L: LabelSet, V: CounterValue> Metric for Counter<L, V> {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        if let Some(reading) = &self.reading {
            let number = reading.read();
            if number.is_increment() {
                return visit(&Point::new(Labels::NONE, Value::Number(number)));
            }
            self.family.rejections().count();
            return ControlFlow::Continue(());
        }
        self.show(self.family.exemplars().gathering(), visit)
    }

    fn read_values(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        match &self.reading {
            None => self.show(None, visit),
            Some(_) => self.read(visit),
        }
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

    fn runs_user_code(&self) -> bool {
        self.reading.is_some()
    }

    fn rejected(&self) -> Option<u64> {
        (V::FLOAT || self.reading.is_some()).then(|| self.family.rejected())
    }
}

impl<L: LabelSet, V: CounterValue> MetricField for Counter<L, V> {
    const KIND: Kind = Kind::Counter;
    const LABELS: &'static [LabelDescriptor] = L::LABELS;
    const IDLE: bool = !is_finite(L::LABELS);
    const EXEMPLARS: bool = true;

    fn new(descriptor: &'static Descriptor) -> Self {
        Self {
            family: Arc::new(Family::new(
                descriptor,
                Shape {
                    width: WIDTH,
                    storage: Exemplars::storage(descriptor),
                    marks: Exemplars::MARKS,
                },
            )),
            reading: None,
            value: PhantomData,
        }
    }

    fn handle(&self) -> Arc<dyn Metric> {
        Arc::new(self.clone())
    }
}

impl<V: CounterValue> ReadField for Counter<(), V> {
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

impl<L, V> std::fmt::Debug for Counter<L, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Counter").field(&self.family.name()).finish()
    }
}
