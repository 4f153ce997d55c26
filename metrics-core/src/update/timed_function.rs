//! Functions with a plain `#[timed]`: one static each, known at link time, and the two families that all
//! of them share.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Value;
use super::counter::Counter;
use super::field::{Metric, MetricField};
use super::histogram::Histogram;
use super::labels::{LabelText, Labels};
use super::timed::Record;
use crate::declare::{Declaration, Descriptor, Kind, LabelDescriptor, LabelSet, Outcome, Source};

const SOURCE: Source = Source {
    file: file!(),
    line: line!(),
    package: env!("CARGO_PKG_NAME"),
    module: module_path!(),
};

/// `function_calls_total{function,module,outcome}`.
pub(crate) static FUNCTION_CALLS: Descriptor = Descriptor::new(
    Declaration {
        prefix: "",
        name: "function_calls",
        verbatim: false,
        unit: "",
        help: "Calls of timed functions that have ended.",
        bounds: None,
        source: SOURCE,
    },
    Kind::Counter,
    &[
        LabelDescriptor::open("function", usize::MAX),
        LabelDescriptor::open("module", usize::MAX),
        LabelDescriptor::finite::<Outcome>("outcome"),
    ],
);

/// `function_duration_seconds{function,module}`.
pub(crate) static FUNCTION_DURATION: Descriptor = Descriptor::new(
    Declaration {
        prefix: "",
        name: "function_duration",
        verbatim: false,
        unit: "seconds",
        help: "Time from the start of a timed function to its end.",
        bounds: None,
        source: SOURCE,
    },
    Kind::Histogram,
    &[
        LabelDescriptor::open("function", usize::MAX),
        LabelDescriptor::open("module", usize::MAX),
    ],
);

/// The labels of one function's calls; those of the function itself are the same for all of them.
struct ByOutcome;

impl LabelSet for ByOutcome {
    type Borrowed<'q> = Outcome;
    type Builder = ();
    const LABELS: &'static [LabelDescriptor] = &[LabelDescriptor::finite::<Outcome>("outcome")];

    fn finite_index(outcome: &Outcome) -> usize {
        crate::declare::Label::index(outcome)
    }

    fn open_values(_: &Outcome, _: &mut impl FnMut(&str)) {}
}

/// A function with a plain `#[timed]`, as the macro declares it.
#[derive(Debug)]
pub struct TimedFunction {
    name: &'static str,
    module: &'static str,
    cells: OnceLock<Arc<FunctionCells>>,
}

#[derive(Debug)]
pub(crate) struct FunctionCells {
    labels: LabelText,
    calls: Counter<ByOutcome>,
    duration: Histogram,
}

impl TimedFunction {
    /// A function of this name in this module.
    pub const fn new(name: &'static str, module: &'static str) -> Self {
        Self {
            name,
            module,
            cells: OnceLock::new(),
        }
    }

    /// Functions of one name in one module (methods of two types, say) are one series, so they share cells.
    fn cells(&self) -> &Arc<FunctionCells> {
        type Shared = BTreeMap<(&'static str, &'static str), Arc<FunctionCells>>;
        static SHARED: Mutex<Shared> = Mutex::new(BTreeMap::new());

        self.cells.get_or_init(|| {
            let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
            let cells = shared.entry((self.module, self.name)).or_insert_with(|| {
                let mut labels = LabelText::default();
                labels.push("function", self.name);
                labels.push("module", self.module);
                Arc::new(FunctionCells {
                    labels,
                    calls: Counter::new(&FUNCTION_CALLS),
                    duration: Histogram::new(&FUNCTION_DURATION),
                })
            });
            Arc::clone(cells)
        })
    }
}

impl Record for &TimedFunction {
    #[inline]
    fn record(self, outcome: Outcome, nanos: u64) {
        let cells = self.cells();
        cells.calls.with(outcome).inc();
        cells.duration.with(()).observe_nanos(nanos);
    }
}

/// The cells of all of `functions`, each once, in the order of their modules and names.
pub(crate) fn function_cells(functions: &[&TimedFunction]) -> Vec<Arc<FunctionCells>> {
    let by_name: BTreeMap<_, _> = functions
        .iter()
        .map(|function| ((function.module, function.name), function.cells()))
        .collect();
    by_name.into_values().map(Arc::clone).collect()
}

/// The family of calls, over every function.
pub(crate) struct FunctionCalls(pub(crate) Vec<Arc<FunctionCells>>);

impl Metric for FunctionCalls {
    fn read(
        &self,
        visit: &mut dyn FnMut(Labels<'_>, Value<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.0.iter().try_for_each(|cells| {
            cells.calls.read(&mut |own, value| {
                let mut labels = cells.labels.clone();
                labels.push_rendered(own);
                visit(labels.labels(), value)
            })
        })
    }

    fn runs_user_code(&self) -> bool {
        false
    }
}

/// The family of durations, over every function.
pub(crate) struct FunctionDurations(pub(crate) Vec<Arc<FunctionCells>>);

impl Metric for FunctionDurations {
    fn read(
        &self,
        visit: &mut dyn FnMut(Labels<'_>, Value<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.0.iter().try_for_each(|cells| {
            let labels = cells.labels.labels();
            cells.duration.read(&mut |_, value| visit(labels, value))
        })
    }

    fn runs_user_code(&self) -> bool {
        false
    }
}
