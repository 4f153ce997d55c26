//! Functions that feed the families that all functions share: one static each, known at link time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::call::End;
use super::families::{FunctionCells, FunctionPart};
use super::record::Record;
use crate::declare::Outcome;

/// A function as `#[timed]` or `#[counted]` declares it.
#[derive(Debug)]
pub struct TimedFunction {
    name: &'static str,
    module: &'static str,
    /// Of each part, whether the function has it.
    parts: [bool; FunctionPart::COUNT],
    /// The bounds of its histograms, where they are not the default ones.
    bounds: Option<&'static [f64]>,
    /// The fewest nanoseconds of a slow call.
    slow_nanos: u64,
    cells: OnceLock<Arc<FunctionCells>>,
}

/// A function that feeds the families which all functions share.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DeclaredFunction {
    /// The label `function`.
    pub name: &'static str,
    /// The label `module`.
    pub module: &'static str,
    /// The names of the families that it feeds.
    pub families: Vec<&'static str>,
    /// The bucket bounds of its histograms.
    pub bounds: &'static [f64],
}

impl TimedFunction {
    /// A function of this name in this module, which has no part yet.
    pub const fn new(name: &'static str, module: &'static str) -> Self {
        Self {
            name,
            module,
            parts: [false; FunctionPart::COUNT],
            bounds: None,
            slow_nanos: 0,
            cells: OnceLock::new(),
        }
    }

    const fn with(mut self, part: FunctionPart) -> Self {
        self.parts[part as usize] = true;
        self
    }

    /// Its calls are counted.
    #[must_use]
    pub const fn counted(self) -> Self {
        self.with(FunctionPart::Calls)
    }

    /// Its calls are counted and timed.
    #[must_use]
    pub const fn timed(self) -> Self {
        self.counted().with(FunctionPart::Duration)
    }

    /// Its busy time is observed.
    #[must_use]
    pub const fn busy(self) -> Self {
        self.with(FunctionPart::Busy)
    }

    /// Its calls that take so many nanoseconds or more are counted.
    #[must_use]
    pub const fn slow(mut self, nanos: u64) -> Self {
        self.slow_nanos = nanos;
        self.with(FunctionPart::Slow)
    }

    /// Its histograms have these bounds.
    #[must_use]
    pub const fn buckets(mut self, bounds: &'static [f64]) -> Self {
        self.bounds = Some(bounds);
        self
    }

    /// Where it counts. Functions of one name in one module are one series, so they share cells.
    pub(super) fn cells(&self) -> &Arc<FunctionCells> {
        type Shared = BTreeMap<(&'static str, &'static str), Arc<FunctionCells>>;
        static SHARED: Mutex<Shared> = Mutex::new(BTreeMap::new());

        #[cfg(feature = "testing")]
        if let Some(cells) = self.cells_in_scope() {
            return cells;
        }
        self.cells.get_or_init(|| {
            let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
            let cells = shared.entry(self.place());
            let cells = cells.or_insert_with(|| self.new_cells());
            cells.need(self.parts, self.bounds);
            Arc::clone(cells)
        })
    }

    /// The cells in the scope of a test, if this thread is in one.
    #[cfg(feature = "testing")]
    fn cells_in_scope(&self) -> Option<&'static Arc<FunctionCells>> {
        type Leaked = BTreeMap<(&'static str, &'static str), &'static Arc<FunctionCells>>;

        let shared = crate::update::scope::World::current()?.the(Mutex::<Leaked>::default);
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let cells = shared.entry(self.place());
        let cells = *cells.or_insert_with(|| Box::leak(Box::new(self.new_cells())));
        cells.need(self.parts, self.bounds);
        Some(cells)
    }

    fn new_cells(&self) -> Arc<FunctionCells> {
        Arc::new(FunctionCells::new(self.name, self.module))
    }

    /// What it is, for who makes no use of its cells.
    pub(crate) fn declared(&self) -> DeclaredFunction {
        let parts = FunctionPart::ALL.into_iter().zip(self.parts);
        DeclaredFunction {
            name: self.name,
            module: self.module,
            families: parts
                .filter(|(_, has)| *has)
                .map(|(part, _)| part.descriptor().name())
                .collect(),
            bounds: self
                .bounds
                .unwrap_or(FunctionPart::Duration.descriptor().bounds()),
        }
    }

    /// The order in which functions are exposed.
    pub(super) fn place(&self) -> (&'static str, &'static str) {
        (self.module, self.name)
    }
}

/// Its calls and their durations.
impl<X> Record<X> for &TimedFunction {
    #[inline]
    fn record(self, end: &End<X>) {
        let cells = self.cells();
        cells.count(end.outcome);
        cells.observe_duration(end.nanos);
    }
}

/// Its calls alone.
#[derive(Clone, Copy, Debug)]
pub struct Calls(pub &'static TimedFunction);

impl<X> Record<X> for Calls {
    const TIME: bool = false;

    #[inline]
    fn record(self, end: &End<X>) {
        self.0.cells().count(end.outcome);
    }
}

/// Its busy time.
#[derive(Clone, Copy, Debug)]
pub struct Busy(pub &'static TimedFunction);

impl<X> Record<X> for Busy {
    const TIME: bool = false;
    const BUSY: bool = true;

    #[inline]
    fn record(self, end: &End<X>) {
        self.0.cells().observe_busy(end.busy_nanos);
    }
}

/// Its calls that took too long.
#[derive(Clone, Copy, Debug)]
pub struct Slow(pub &'static TimedFunction);

impl<X> Record<X> for Slow {
    #[inline]
    fn record(self, end: &End<X>) {
        if end.nanos >= self.0.slow_nanos {
            self.0.was_slow(end.outcome, end.nanos);
        }
    }
}

impl TimedFunction {
    #[cold]
    fn was_slow(&self, outcome: Outcome, nanos: u64) {
        self.cells().count_slow();
        #[cfg(feature = "tracing")]
        tracing::warn!(
            target: "metrics_core::slow_call",
            function = self.name,
            module = self.module,
            outcome = <Outcome as crate::declare::Label>::VALUES[outcome as usize],
            seconds = nanos as f64 / 1e9,
            threshold_seconds = self.slow_nanos as f64 / 1e9,
            "slow call",
        );
        #[cfg(not(feature = "tracing"))]
        let _ = (outcome, nanos);
    }
}
