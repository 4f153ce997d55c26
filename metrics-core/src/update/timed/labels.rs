//! The labels of a call: what `labels(…)` gives and what the call's end fills in, each label a type of its own,
//! so that one that is missing is a compile error with its name.

use super::call::{End, OfCall};
use super::verdict::Failure;
use crate::declare::{LabelDescriptor, LabelSet, LabelValues, Outcome, WithoutLabels};
use crate::update::{Counter, Gauge, Histogram};

/// A metric with labels, whatever its kind.
pub trait Labelled {
    /// Its label set.
    type Labels: LabelSet;
}

impl<L: LabelSet, V> Labelled for Counter<L, V> {
    type Labels = L;
}

impl<L: LabelSet, V> Labelled for Gauge<L, V> {
    type Labels = L;
}

impl<L: LabelSet, V> Labelled for Histogram<L, V> {
    type Labels = L;
}

/// The labels of `metric`, none filled yet.
#[inline]
pub fn labels_of<M: Labelled>(_: &M) -> <M::Labels as LabelSet>::Builder {
    Default::default()
}

/// `labels` with the outcome of the call in the sets inside of it, which were given as a whole.
#[inline]
pub fn with_outcome<'q, L: LabelSet>(
    mut labels: L::Borrowed<'q>,
    of: &impl OfCall,
) -> L::Borrowed<'q> {
    if let Some(outcome) = of.outcome() {
        L::set_outcome(&mut labels, outcome);
    }
    labels
}

/// Stops the compilation unless a label of `metric` can take what `error_label` gives.
#[inline]
pub fn takes_failure<M: Labelled>(_: &M) {
    const {
        assert!(
            has_optional(<M::Labels as LabelSet>::LABELS),
            "`error_label` fills a label of the type `Option<…>`, and this metric has none"
        );
    }
}

const fn has_optional(labels: &[LabelDescriptor]) -> bool {
    let mut i = 0;
    while i < labels.len() {
        // whether an open label is optional, its descriptor does not say
        if matches!(
            labels[i].values,
            LabelValues::Optional(_) | LabelValues::Open { .. }
        ) {
            return true;
        }
        i += 1;
    }
    false
}

/// A builder with a value for every label that the call's `E`, its beginning or its end, does not fill in.
pub trait TimedLabels<T, E> {
    /// The builder itself; there is no such type where a label has no value.
    type Filled;

    /// The builder itself.
    fn filled(self) -> Self::Filled;

    /// The label set.
    fn finish(self, of: &E) -> T;
}

impl<E> TimedLabels<(), E> for WithoutLabels {
    type Filled = Self;

    #[inline]
    fn filled(self) -> Self {
        self
    }

    #[inline]
    fn finish(self, _: &E) {}
}

/// A label that `labels(…)` has given a value.
#[derive(Clone, Debug)]
pub struct Given<T>(pub T);

/// A label that has no value.
#[derive(Clone, Debug, Default)]
pub struct Unset;

/// A place for a label's value: given before, or filled in by the call's `E`. `N` bears the label's name.
#[diagnostic::on_unimplemented(
    message = "the label `{N}` has no value",
    label = "give it one: `labels(name = value)`",
    note = "every label needs a value, but one of the type `Outcome`, and with `error_label` one of the type `Option<…>`, which the end of the call fills in",
    note = "a gauge of what is in flight has no such labels, for nothing of the end is known while it is up"
)]
pub trait Slot<T, N, E, R> {
    /// `R`, which is what comes after this label; there is no such type if this one has no value.
    type And;

    /// What comes after this label.
    fn and(rest: R) -> Self::And;

    /// The value.
    fn fill(self, of: &E) -> T;
}

impl<T, N, E, R> Slot<T, N, E, R> for Given<T> {
    type And = R;

    #[inline]
    fn and(rest: R) -> R {
        rest
    }

    #[inline]
    fn fill(self, _: &E) -> T {
        self.0
    }
}

#[diagnostic::do_not_recommend]
impl<N, X, R> Slot<Outcome, N, End<X>, R> for Unset {
    type And = R;

    #[inline]
    fn and(rest: R) -> R {
        rest
    }

    #[inline]
    fn fill(self, end: &End<X>) -> Outcome {
        end.outcome
    }
}

#[diagnostic::do_not_recommend]
impl<K: Clone, N, R> Slot<Option<K>, N, End<Failure<K>>, R> for Unset {
    type And = R;

    #[inline]
    fn and(rest: R) -> R {
        rest
    }

    #[inline]
    fn fill(self, end: &End<Failure<K>>) -> Option<K> {
        end.failure.0.clone()
    }
}
