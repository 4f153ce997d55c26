//! What expanded macros name. Not for people: it changes without notice.

pub use core::concat;
pub use core::convert::{Into, identity};
pub use core::default::Default;
pub use core::marker::PhantomData;
pub use core::option::Option;
pub use std::sync::{Arc, OnceLock};
pub use std::vec::Vec;

pub use inventory;

pub use crate::declare::{
    Declaration, Descriptor, Kind, Label, LabelDescriptor, LabelSet, OpenLabel, Outcome,
    SetDescriptor, Source,
};
pub use crate::register::{Family, MetricSet, Registration};
pub use crate::update::{
    AnyOutcome, Bound, Given, Metric, MetricField, Number, Probe, ReadField, Record, ResultOutcome,
    Slot, TimedFunction, TimedLabels, Timing, Unset, call, labels_of,
};
