//! Labels and sets of labels: which values a series is told apart by.
//! Finite values are an index known while compiling; open ones are text under a cap.

use std::borrow::Cow;
use std::sync::Arc;

use super::Outcome;

/// The value that every open label has in the overflow series of its family.
pub const OVERFLOW: &str = "overflow";

/// A type with a finite number of label values: an enum with `#[derive(Label)]`, or `bool`.
///
/// ```
/// use metrics_core::Label;
///
/// #[derive(Clone, Copy, Label)]
/// #[label(rename_all = "snake_case")]
/// enum Provider { OpenAi, Anthropic }
///
/// assert_eq!(Provider::VALUES, ["open_ai", "anthropic"]);
/// assert_eq!(Provider::Anthropic.index(), 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label with a finite number of values",
    label = "not a finite label",
    note = "for an enum without fields: `#[derive(Label)]` on it",
    note = "for text or numbers: `#[label(open, max = N)]` on the field, with the most values to keep apart"
)]
pub trait Label {
    /// Every value, as exposed, in the order of [`Label::index`].
    const VALUES: &'static [&'static str];

    /// Which of [`Label::VALUES`] this is; an index past the end counts as the last.
    fn index(&self) -> usize;
}

impl Label for bool {
    const VALUES: &'static [&'static str] = &["false", "true"];

    fn index(&self) -> usize {
        usize::from(*self)
    }
}

/// A type whose label values are not known in advance: text, integers, or a type of your own.
///
/// The field that holds it must say how many values are kept apart: `#[label(open, max = 100)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an open label",
    label = "neither text nor an integer",
    note = "implement `metrics_core::OpenLabel` for it, or label with a `&str`, a `String` or an integer"
)]
pub trait OpenLabel {
    /// Calls `use_text` with the label value; text that is at hand need not be copied.
    ///
    /// It is called while the family looks the value up, and must not use metrics itself.
    fn with_text<R>(&self, use_text: impl FnOnce(&str) -> R) -> R;
}

macro_rules! open_text {
    ($($ty:ty),*) => {$(
        impl OpenLabel for $ty {
            fn with_text<R>(&self, use_text: impl FnOnce(&str) -> R) -> R {
                use_text(self)
            }
        }
    )*};
}
open_text!(str, &str, String, Box<str>, Arc<str>, Cow<'_, str>);

macro_rules! open_integer {
    ($($ty:ty),*) => {$(
        impl OpenLabel for $ty {
            fn with_text<R>(&self, use_text: impl FnOnce(&str) -> R) -> R {
                use_text(itoa::Buffer::new().format(*self))
            }
        }
    )*};
}
open_integer!(
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize
);

/// Which values a label takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LabelValues {
    /// These, and no others.
    Finite(&'static [&'static str]),
    /// These, or none: then the label is not there.
    Optional(&'static [&'static str]),
    /// Any; a family keeps at most `max` combinations of open values apart.
    Open {
        /// The cap that the label was declared with.
        max: usize,
    },
}

/// A label as declared: its name and which values it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelDescriptor {
    /// The label name.
    pub name: &'static str,
    /// The values that it takes.
    pub values: LabelValues,
}

impl LabelDescriptor {
    /// A label of a finite type.
    pub const fn finite<T: Label>(name: &'static str) -> Self {
        Self {
            name,
            values: LabelValues::Finite(T::VALUES),
        }
    }

    /// An open label with its cap.
    pub const fn open(name: &'static str, max: usize) -> Self {
        Self {
            name,
            values: LabelValues::Open { max },
        }
    }
}

/// The labels of a family: a struct with `#[derive(LabelSet)]`, or `()` for none.
///
/// A struct that borrows (`struct ByPath<'a> { path: &'a str }`) names its family
/// `Counter<ByPath<'static>>` and is looked up with borrowed text, so that no update allocates.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of labels",
    label = "not a label set",
    note = "label sets are structs with `#[derive(LabelSet)]`; a single label is a struct with one field"
)]
pub trait LabelSet: 'static {
    /// This set with borrowed values that live for `'q`; the type itself where it borrows nothing.
    type Borrowed<'q>;

    /// What `#[timed]` fills, label by label.
    #[doc(hidden)]
    type Builder: Default;

    /// The labels, in the order of the fields.
    const LABELS: &'static [LabelDescriptor];

    /// Which combination of the finite labels this is, counted with the last label fastest.
    fn finite_index(labels: &Self::Borrowed<'_>) -> usize;

    /// Hands the text of each open label to `visit`, in the order of the fields.
    fn open_values(labels: &Self::Borrowed<'_>, visit: &mut impl FnMut(&str));

    /// Gives each label of the type [`Outcome`] this value.
    #[doc(hidden)]
    fn set_outcome(labels: &mut Self::Borrowed<'_>, outcome: Outcome) {
        let _ = (labels, outcome);
    }
}

/// What `#[timed]` fills for a metric without labels: nothing. The name is what an error shows.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct WithoutLabels;

impl LabelSet for () {
    type Borrowed<'q> = ();
    type Builder = WithoutLabels;
    const LABELS: &'static [LabelDescriptor] = &[];

    fn finite_index((): &()) -> usize {
        0
    }

    fn open_values((): &(), _: &mut impl FnMut(&str)) {}
}

/// How many combinations the finite labels have: 1 where there are none.
pub(crate) const fn finite_series(labels: &[LabelDescriptor]) -> usize {
    let mut product = 1;
    let mut i = 0;
    while i < labels.len() {
        if let LabelValues::Finite(values) = labels[i].values {
            product *= values.len();
        }
        i += 1;
    }
    product
}
