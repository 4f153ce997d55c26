//! The families that all timed and counted functions share, with the labels `function` and `module`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use super::function::TimedFunction;
use crate::declare::{
    Declaration, Descriptor, Kind, Label, LabelDescriptor, LabelSet, Outcome, Source,
};
use crate::update::field::{Metric, MetricField};
use crate::update::labels::LabelText;
use crate::update::{Counter, Histogram, Point};

/// One of the families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FunctionPart {
    /// `function_calls_total{function,module,outcome}`.
    Calls,
    /// `function_duration_seconds{function,module}`.
    Duration,
    /// `function_busy_seconds{function,module}`.
    Busy,
    /// `function_slow_calls_total{function,module}`.
    Slow,
}

impl FunctionPart {
    pub(super) const COUNT: usize = 4;
    pub(super) const ALL: [Self; Self::COUNT] =
        [Self::Calls, Self::Duration, Self::Busy, Self::Slow];

    /// What is known of the family.
    pub(super) fn descriptor(self) -> &'static Descriptor {
        match self {
            Self::Calls => &CALLS,
            Self::Duration => &DURATION,
            Self::Busy => &BUSY,
            Self::Slow => &SLOW,
        }
    }
}

const LABELS: [LabelDescriptor; 2] = [
    LabelDescriptor::open("function", usize::MAX),
    LabelDescriptor::open("module", usize::MAX),
];

static CALLS: Descriptor = Descriptor::new(
    declared("function_calls", "", "Calls of functions that have ended."),
    Kind::Counter,
    &[
        LABELS[0],
        LABELS[1],
        LabelDescriptor::finite::<Outcome>("outcome"),
    ],
);
static DURATION: Descriptor = Descriptor::new(
    declared(
        "function_duration",
        "seconds",
        "Time from the start of a function to its end.",
    ),
    Kind::Histogram,
    &LABELS,
);
static BUSY: Descriptor = Descriptor::new(
    declared(
        "function_busy",
        "seconds",
        "Time in which the future of a function was being polled.",
    ),
    Kind::Histogram,
    &LABELS,
);
static SLOW: Descriptor = Descriptor::new(
    declared(
        "function_slow_calls",
        "",
        "Calls of functions that took as long as is called slow, or longer.",
    ),
    Kind::Counter,
    &LABELS,
);

const fn declared(name: &'static str, unit: &'static str, help: &'static str) -> Declaration {
    let source = Source {
        file: file!(),
        line: line!(),
        package: env!("CARGO_PKG_NAME"),
        module: module_path!(),
    };
    Declaration::new("", name, help, source).unit(unit)
}

/// The labels of one function's calls; those of the function itself are the same for all of them.
struct ByOutcome;

impl LabelSet for ByOutcome {
    type Borrowed<'q> = Outcome;
    type Builder = ();
    const LABELS: &'static [LabelDescriptor] = &[LabelDescriptor::finite::<Outcome>("outcome")];

    fn finite_index(outcome: &Outcome) -> usize {
        outcome.index()
    }

    fn open_values(_: &Outcome, _: &mut impl FnMut(&str)) {}
}

/// Where one function counts: the cells of the parts that it has.
#[derive(Debug)]
pub(crate) struct FunctionCells {
    labels: LabelText,
    calls: OnceLock<Counter<ByOutcome>>,
    duration: OnceLock<Histogram>,
    busy: OnceLock<Histogram>,
    slow: OnceLock<Counter>,
}

impl FunctionCells {
    pub(super) fn new(name: &str, module: &str) -> Self {
        let mut labels = LabelText::default();
        labels.push("function", name);
        labels.push("module", module);
        Self {
            labels,
            calls: OnceLock::new(),
            duration: OnceLock::new(),
            busy: OnceLock::new(),
            slow: OnceLock::new(),
        }
    }

    /// Makes these parts, unless they are there.
    pub(super) fn need(&self, parts: [bool; FunctionPart::COUNT], bounds: Option<&'static [f64]>) {
        let histogram = |descriptor: &'static Descriptor| {
            Histogram::with_bounds(descriptor, bounds.unwrap_or(descriptor.bounds()))
        };
        for (part, needed) in FunctionPart::ALL.into_iter().zip(parts) {
            match part {
                _ if !needed => {}
                FunctionPart::Calls => _ = self.calls.get_or_init(|| Counter::new(&CALLS)),
                FunctionPart::Duration => _ = self.duration.get_or_init(|| histogram(&DURATION)),
                FunctionPart::Busy => _ = self.busy.get_or_init(|| histogram(&BUSY)),
                FunctionPart::Slow => _ = self.slow.get_or_init(|| Counter::new(&SLOW)),
            }
        }
    }

    #[inline]
    pub(super) fn count(&self, outcome: Outcome) {
        if let Some(calls) = self.calls.get() {
            calls.with(outcome).inc();
        }
    }

    #[inline]
    pub(super) fn observe_duration(&self, nanos: u64) {
        if let Some(duration) = self.duration.get() {
            duration.with(()).observe_nanos(nanos);
        }
    }

    #[inline]
    pub(super) fn observe_busy(&self, nanos: u64) {
        if let Some(busy) = self.busy.get() {
            busy.with(()).observe_nanos(nanos);
        }
    }

    pub(super) fn count_slow(&self) {
        if let Some(slow) = self.slow.get() {
            slow.inc();
        }
    }

    fn part(&self, part: FunctionPart) -> Option<&dyn Metric> {
        fn metric(metric: &impl Metric) -> &dyn Metric {
            metric
        }
        match part {
            FunctionPart::Calls => self.calls.get().map(metric),
            FunctionPart::Duration => self.duration.get().map(metric),
            FunctionPart::Busy => self.busy.get().map(metric),
            FunctionPart::Slow => self.slow.get().map(metric),
        }
    }
}

/// The families that `functions` have, each function once, in the order of their modules and names.
pub(crate) fn function_families(
    functions: &[&TimedFunction],
) -> Vec<(&'static Descriptor, Arc<dyn Metric>)> {
    let by_name: BTreeMap<_, _> = functions
        .iter()
        .map(|function| (function.place(), function.cells()))
        .collect();
    let all: Vec<Arc<FunctionCells>> = by_name.into_values().map(Arc::clone).collect();
    let families = FunctionPart::ALL.into_iter().filter_map(|part| {
        let has = |cells: &&Arc<FunctionCells>| cells.part(part).is_some();
        let functions: Vec<_> = all.iter().filter(has).map(Arc::clone).collect();
        let family = FunctionFamily { part, functions };
        (!family.functions.is_empty())
            .then(|| (part.descriptor(), Arc::new(family) as Arc<dyn Metric>))
    });
    families.collect()
}

/// One of the families, over every function that has it.
struct FunctionFamily {
    part: FunctionPart,
    functions: Vec<Arc<FunctionCells>>,
}

impl Metric for FunctionFamily {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        self.functions.iter().try_for_each(|cells| {
            let Some(metric) = cells.part(self.part) else {
                return ControlFlow::Continue(());
            };
            metric.read(&mut |own| {
                let mut labels = cells.labels.clone();
                labels.push_rendered(own.labels);
                let labels = labels.labels();
                visit(&Point { labels, ..*own })
            })
        })
    }

    fn forked(&self) {
        let parts = self
            .functions
            .iter()
            .filter_map(|cells| cells.part(self.part));
        parts.for_each(Metric::forked);
    }

    fn runs_user_code(&self) -> bool {
        false
    }
}
