//! What expanded macros name. Not for people: it changes without notice.

pub use core::clone::Clone;
pub use core::convert::Into;
pub use core::default::Default;
pub use std::boxed::Box;
pub use std::vec::Vec;

use std::sync::OnceLock;

pub use inventory;
#[cfg(feature = "events")]
pub use serde::Serialize;

pub use crate::declare::{
    Alert, AlertExample, Declaration, Derived, Descriptor, DisplayLabel, Grouping, Kind, Label,
    LabelDescriptor, LabelSet, Latency, Matcher, Matching, Measured, MetricName, Names,
    NativeOptions, NestedSet, Objective, OpenLabel, Outcome, Panels, Part, Promql, Scaling,
    Selector, SetDescriptor, Source, Span, Success, WithoutLabels, check_alert, check_alert_bound,
    check_alert_label, check_buckets, check_constant_label, check_labels, check_nested,
    check_nested_set, check_parts, check_success, check_threshold, check_threshold_of_function,
    checked_buckets, joined, joined_len, refuse_kinds, require, require_kind, sound_buckets,
};
#[cfg(feature = "events")]
pub use crate::events::{EventType, LinkedEvent, StreamEvent};
pub use crate::register::{Family, MetricSet, Registration};
pub use crate::update::timed::*;
pub use crate::update::{
    Counter, DerivedField, Formula, Gauge, Histogram, Linear, MetricField, Number, ReadField,
};

/// A value of any type, for code that the compiler reads and nobody runs.
pub fn never<T>() -> T {
    unreachable!("no expansion runs this")
}

/// The index of a label set after one more finite label, or set of them, with so many values; what is added last counts
/// fastest.
#[inline]
pub fn place(before: usize, index: usize, count: usize) -> usize {
    before * count + index.min(count.saturating_sub(1))
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
    note = "a set is a struct with `#[derive(MetricSet)]`",
    note = "a set with `register = false` or with generics is reached through a value: `#[timed(self.metrics.field)]`"
)]
pub trait GlobalSet: MetricSet {
    /// What is known of the set, for who asks this of a type of which it is not known whether it is one: one mistake is to be
    /// one error.
    const DECLARED: SetDescriptor = <Self as MetricSet>::SET;

    /// The instance.
    fn global() -> &'static Self;
}

/// What a set declares with that field; nothing, if the field is no metric, which whoever reads the field is told by its
/// type.
pub const fn declared(set: SetDescriptor, field: &str) -> Option<&'static Descriptor> {
    set.family(field)
}

/// Where a set that registers itself keeps its instance: a static of the expansion.
#[derive(Debug)]
pub struct Global<S>(OnceLock<S>);

impl<S: MetricSet> Global<S> {
    /// The place, with nothing in it yet.
    #[expect(clippy::new_without_default, reason = "a static has no default")]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The instance, made when it is first asked for; in the scope of a test, that of the scope.
    #[inline]
    pub fn get(&'static self) -> &'static S {
        #[cfg(feature = "testing")]
        if let Some(world) = crate::update::World::current() {
            return world.the(S::detached);
        }
        self.0.get_or_init(S::detached)
    }
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
