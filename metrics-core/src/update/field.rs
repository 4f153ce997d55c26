//! The two traits between a set and its metrics: what a field must be, and how it is read.
//! The metric types of this crate, of the `prometheus` crate, and of users implement them.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::Point;
use super::mark::Mark;
use super::number::Number;
use crate::declare::{Descriptor, Kind, LabelDescriptor};

/// A type that can be a field of a [`MetricSet`](crate::MetricSet).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric",
    label = "not a metric type",
    note = "the fields of a metric set are `Counter`, `Gauge`, `Histogram`, `Info`, `StateSet` or metrics of the `prometheus` crate; their label sets need `#[derive(LabelSet)]`",
    note = "a field that is a set of metrics needs `#[metric(flatten)]`",
    note = "a field that is no metric needs `#[metric(skip)]` and a type with a default"
)]
pub trait MetricField: Sized + Send + Sync + 'static {
    /// The kind of family that this is.
    const KIND: Kind;

    /// The labels that its series have.
    const LABELS: &'static [LabelDescriptor];

    /// Whether it knows `#[metric(native)]`.
    const NATIVE: bool = false;

    /// Whether it knows `#[metric(idle = …)]`, because its series come and go.
    const IDLE: bool = false;

    /// Whether it knows `#[metric(exemplars)]`.
    const EXEMPLARS: bool = false;

    /// A metric at its start. It must not use [`Registry::global`](crate::Registry::global), which may be
    /// waiting for it.
    fn new(descriptor: &'static Descriptor) -> Self;

    /// What a registry keeps, to read this metric from.
    fn handle(&self) -> Arc<dyn Metric>;
}

/// A metric type whose value may come from a function: `#[metric(read = …)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a function",
    label = "`read` does not fit this type",
    note = "`#[metric(read = …)]` fits a `Gauge` or a `Counter` without labels"
)]
pub trait ReadField: MetricField {
    /// A metric that calls `read` whenever it is gathered.
    fn reading(
        descriptor: &'static Descriptor,
        read: impl Fn() -> Number + Send + Sync + 'static,
    ) -> Self;
}

/// A metric that can be read while others update it.
pub trait Metric: Send + Sync {
    /// Hands every series to `visit`, until it says to stop.
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()>;

    /// The same without exemplars: for who looks between scrapes, for which exemplars are kept.
    fn read_values(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        self.read(visit)
    }

    /// This metric where its family is exposed as `name`, with all prefixes: for metrics whose labels hang on it, as
    /// those of a [`StateSet`](crate::StateSet) do. `None` where that makes no difference.
    fn exposed_as(&self, name: &str) -> Option<Arc<dyn Metric>> {
        let _ = name;
        None
    }

    /// A scrape has delivered what was shown of this metric since `mark` was taken: series that had been removed by then
    /// are not shown any more. For metrics that show such series; it must not block, and a panic is counted as one of
    /// reading.
    fn delivered(&self, mark: Mark) {
        let _ = mark;
    }

    /// How many look-ups ended in an overflow series; `None` where that cannot happen. Every gather asks, even one that
    /// does not want the family: it must not block, and a panic is counted as one of reading.
    fn overflowed(&self) -> Option<u64> {
        None
    }

    /// How many updates were refused; `None` where that cannot happen. Asked as [`Metric::overflowed`] is.
    fn rejected(&self) -> Option<u64> {
        None
    }

    /// This process is the child of a fork, and calls [`after_fork`](crate::after_fork): what was counted is the parent's,
    /// and becomes zero here. What was set stays.
    fn forked(&self) {}

    /// Whether reading runs code that this crate did not write, which may panic or hang.
    ///
    /// Such a metric is read before the walk, on a thread of its own, and what it gave is kept until it is shown; a
    /// scrape does not wait for it longer than it wants to, and `metrics_read_panics_total` and
    /// `metrics_read_timeouts_total` name it ([`Registry::add_collector`](crate::Registry::add_collector)). One that says
    /// `false` is read while it is shown, point by point: it must neither panic nor block.
    fn runs_user_code(&self) -> bool {
        true
    }
}
