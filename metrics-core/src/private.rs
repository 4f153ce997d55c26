//! What expanded macros name. Not for people: it changes without notice.

pub use core::clone::Clone;
pub use core::convert::Into;
pub use core::default::Default;
pub use std::sync::OnceLock;
pub use std::vec::Vec;

pub use inventory;

pub use crate::declare::{
    Declaration, Descriptor, Kind, Label, LabelDescriptor, LabelSet, OpenLabel, Outcome,
    SetDescriptor, Source, check_buckets, check_series, refuse_kind, require_kind,
};
pub use crate::register::{Family, MetricSet, Registration};
pub use crate::update::{
    AnyOutcome, Bound, Gauge, Given, MetricField, Number, Probe, ReadField, Record, ResultOutcome,
    Slot, TimedFunction, TimedLabels, Timing, Unset, call, labels_of,
};

/// A value of any type, for code that the compiler reads and nobody runs.
pub fn never<T>() -> T {
    unreachable!("no expansion runs this")
}

/// The index of a label set after one more finite label; the label added last counts fastest.
pub fn place<T: Label>(before: usize, label: &T) -> usize {
    let values = T::VALUES.len();
    before * values + label.index().min(values.saturating_sub(1))
}
