//! What expanded macros name. Not for people: it changes without notice.

pub use core::clone::Clone;
pub use core::convert::Into;
pub use core::default::Default;
pub use std::sync::OnceLock;
pub use std::vec::Vec;

pub use inventory;

pub use crate::declare::{
    Declaration, Descriptor, HistogramWithoutLabels, Kind, Label, LabelDescriptor, LabelSet,
    LabelValues, Names, NestedSet, OpenLabel, Outcome, SetDescriptor, Source, check_buckets,
    check_constant_label, check_nested, check_series, refuse_kind, require_kind, sound_buckets,
};
pub use crate::register::{Family, MetricSet, Registration};
pub use crate::update::{
    AnyOutcome, Bound, Gauge, Given, Histogram, MetricField, Number, Probe, ReadField, Record,
    ResultOutcome, Slot, TimedFunction, TimedLabels, Timing, Unset, call, labels_of,
};

/// A value of any type, for code that the compiler reads and nobody runs.
pub fn never<T>() -> T {
    unreachable!("no expansion runs this")
}

/// The index of a label set after one more finite label; the label added last counts fastest.
#[inline]
pub fn place(before: usize, index: usize, values: &[&str]) -> usize {
    before * values.len() + index.min(values.len().saturating_sub(1))
}

/// The names in a set, which the compiler computes once for all checks of its fields.
pub trait TreeNames {
    /// The names.
    const NAMES: Names;
}

impl<S: MetricSet> TreeNames for S {
    const NAMES: Names = Names::of(&S::SET);
}

/// A set that registered itself, and so has an instance that everyone can name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no global instance",
    label = "not a set that is registered by itself",
    note = "a set with `register = false` or with generics is reached through a value: `#[timed(self.metrics.field)]`"
)]
pub trait GlobalSet: 'static {
    /// The instance.
    fn global() -> &'static Self;
}

/// What the function of `read = …` returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that a metric can have",
    label = "this function does not return a number",
    note = "the function of `#[metric(read = …)]` returns an integer of up to 64 bits, a float or a `bool`"
)]
pub trait ReadNumber {
    /// The number.
    fn number(self) -> Number;
}

#[diagnostic::do_not_recommend]
impl<T: Into<Number>> ReadNumber for T {
    fn number(self) -> Number {
        self.into()
    }
}
