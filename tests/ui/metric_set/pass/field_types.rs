//! Fields are told apart by the traits of their types: aliases, types of the `prometheus` crate, own types,
//! types that a macro put there.

use metrics_core::{
    Counter, Descriptor, Gauge, Histogram, Kind, LabelDescriptor, Labels, Metric, MetricField,
    MetricSet, Number, Point, Registry, Value,
};
use std::ops::ControlFlow;
use std::sync::Arc;

type Hits = Counter;
type Generic<V> = Gauge<(), V>;

/// A metric that is always 42.
#[derive(Clone)]
struct Constant;

impl Metric for Constant {
    fn read(
        &self,
        visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        visit(&Point::new(Labels::NONE, Value::Number(Number::Unsigned(42))))
    }
}

impl MetricField for Constant {
    const KIND: Kind = Kind::Gauge;
    const LABELS: &'static [LabelDescriptor] = &[];

    fn new(_: &'static Descriptor) -> Self {
        Self
    }

    fn handle(&self) -> Arc<dyn Metric> {
        Arc::new(self.clone())
    }
}

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "types")]
struct Types {
    /// An alias.
    hits: Hits,
    /// An alias with generics.
    level: Generic<f64>,
    /// By its whole path.
    sent: metrics_core::Counter<(), f64>,
    /// A counter of the `prometheus` crate.
    old: prometheus::IntCounter,
    /// A histogram of the `prometheus` crate.
    #[metric(unit = "seconds", buckets = [0.5])]
    old_time: prometheus::Histogram,
    /// One of one's own.
    answer: Constant,
    /// A raw name.
    r#type: Counter,
    #[metric(skip)]
    skipped: Vec<u8>,
}

macro_rules! set {
    ($name:ident { $($field:ident: $ty:ty = $help:literal),* $(,)? }) => {
        #[derive(MetricSet)]
        #[metrics(prefix = "by_macro")]
        struct $name {
            $(#[doc = $help] $field: $ty,)*
        }
    };
}

const CALL: u32 = line!() + 1;
set!(ByMacro { a: Counter = "An A.", c: Histogram<(), u64> = "A C." });

/// A set inside of a function, the set itself a part of no module.
fn local() -> &'static str {
    /// A local set.
    #[derive(MetricSet)]
    struct Local {
        /// Calls.
        local_calls: Counter,
    }
    Local::global().local_calls.inc();
    Local::SET.name
}

fn main() {
    let types = Types::global();
    types.hits.inc();
    types.level.set(0.5);
    types.sent.inc_by(2.5);
    types.old.inc();
    types.old_time.observe(0.25);
    types.r#type.inc();
    assert!(types.skipped.is_empty());
    ByMacro::global().a.inc();
    ByMacro::global().c.observe(3);
    assert_eq!(local(), "Local");

    // where the macro is called, not where it is written
    let found = ByMacro::SET.families.iter().map(|family| family.source().line);
    assert!(found.eq([CALL, CALL]));

    let text = Registry::global().encode_text();
    for line in [
        "types_hits_total 1",
        "types_level 0.5",
        "types_sent_total 2.5",
        "types_old_total 1",
        "types_old_time_seconds_bucket{le=\"0.5\"} 1",
        "types_answer 42",
        "types_type_total 1",
        "by_macro_a_total 1",
        "by_macro_c_sum 3",
        "local_calls_total 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}
