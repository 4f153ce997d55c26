//! Labels and sets of labels: which values a series is told apart by.
//! Finite values are an index known while compiling; open ones are text under a cap.

use std::borrow::Cow;
use std::sync::Arc;

use super::Outcome;

/// The value that an open label has in the overflow series of its family, unless it names another.
pub const OVERFLOW: &str = "overflow";

/// A type with a finite number of label values: an enum with `#[derive(Label)]`, or `bool`.
///
/// An `Option` of such a type is one too: of `None` the label is not there.
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
    note = "for text or integers: `#[label(open, max = N)]` on the field, with the most values to keep apart",
    note = "for other types with a `Display`: `#[label(open, display, max = N)]` on the field",
    note = "for a struct of labels: `#[derive(LabelSet)]` on it, and `#[label(flatten)]` on the field"
)]
pub trait Label {
    /// Every value, as exposed, in the order of [`Label::index`]. No two are the same, and none is empty.
    const VALUES: &'static [&'static str];

    /// What a label of this type takes: these values, or for an `Option` also none.
    #[doc(hidden)]
    const TAKES: LabelValues = LabelValues::Finite(Self::VALUES);

    /// How many there are of that.
    #[doc(hidden)]
    const COUNT: usize = Self::TAKES.count();

    /// Which of [`Label::VALUES`] this is; an index past the end counts as the last. Of an `Option`, 0 is `None`,
    /// and the values come after it.
    fn index(&self) -> usize;

    /// Takes the outcome of a call that has ended, if that is what the label is for.
    #[doc(hidden)]
    #[inline]
    fn set_outcome(&mut self, _: Outcome) {}
}

impl Label for bool {
    const VALUES: &'static [&'static str] = &["false", "true"];

    fn index(&self) -> usize {
        usize::from(*self)
    }
}

impl<T: Label> Label for Option<T> {
    const VALUES: &'static [&'static str] = T::VALUES;
    const TAKES: LabelValues = LabelValues::Optional(T::VALUES);

    #[inline]
    fn index(&self) -> usize {
        match (self, T::TAKES) {
            (None, _) => 0,
            // an `Option` of an `Option` has one way to be none
            (Some(value), LabelValues::Optional(_)) => value.index(),
            (Some(value), _) => value.index().saturating_add(1),
        }
    }
}

/// A type whose label values are not known in advance: text, integers, or a type of your own.
///
/// The field that holds it must say how many values are kept apart: `#[label(open, max = 100)]`. An empty text, and
/// an `Option` that is `None`, are exposed as no label. A type with a `Display` needs no implementation of this:
/// `#[label(open, display, max = 100)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an open label",
    label = "neither text nor an integer",
    note = "for a type with a `Display`: `#[label(open, display, max = N)]` on the field",
    note = "for an enum with `#[derive(Label)]`, or a `bool`: leave out `open`, since the values are known",
    note = "for other types: implement `metrics_core::OpenLabel`, or label with a `&str`, a `String` or an integer"
)]
pub trait OpenLabel {
    /// Calls `use_text` with the label value; text that is at hand need not be copied.
    ///
    /// It is called once or several times for each look-up, with no lock held. A panic goes to the caller of `with`,
    /// and leaves the family as it was.
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

impl<T: OpenLabel> OpenLabel for Option<T> {
    fn with_text<R>(&self, use_text: impl FnOnce(&str) -> R) -> R {
        match self {
            Some(value) => value.with_text(use_text),
            None => use_text(""),
        }
    }
}

/// Which values a label takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LabelValues {
    /// These, and no others.
    Finite(&'static [&'static str]),
    /// None, which is exposed as no label, or one of these: an `Option` of a finite label.
    Optional(&'static [&'static str]),
    /// Any; a family keeps at most `max` combinations of open values apart.
    #[non_exhaustive]
    Open {
        /// The cap that the label was declared with.
        max: usize,
        /// The value that it has in the overflow series.
        overflow: &'static str,
    },
}

impl LabelValues {
    /// How many values a finite label has, none included; an open label is told apart in other ways, and has 1.
    pub(crate) const fn count(self) -> usize {
        match self {
            Self::Finite(values) => values.len(),
            Self::Optional(values) => values.len() + 1,
            Self::Open { .. } => 1,
        }
    }

    /// The place among the values of the one that [`Label::index`] tells; `None` where it is none.
    pub(crate) fn place(self, index: usize) -> Option<usize> {
        let (values, place) = match self {
            Self::Finite(values) => (values, index),
            Self::Optional(values) => (values, index.checked_sub(1)?),
            Self::Open { .. } => return None,
        };
        Some(place.min(values.len().checked_sub(1)?))
    }

    /// The value that [`Label::index`] tells; nothing where it is none.
    pub(crate) fn at(self, index: usize) -> &'static str {
        let (Self::Finite(values) | Self::Optional(values)) = self else {
            return "";
        };
        let value = self.place(index).and_then(|place| values.get(place));
        value.copied().unwrap_or_default()
    }

    /// The value of an open label in the overflow series.
    pub(crate) const fn overflow(self) -> Option<&'static str> {
        match self {
            Self::Open { overflow, .. } => Some(overflow),
            Self::Finite(_) | Self::Optional(_) => None,
        }
    }
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
    /// A label of a finite type, or of an `Option` of one.
    pub const fn finite<T: Label>(name: &'static str) -> Self {
        Self {
            name,
            values: T::TAKES,
        }
    }

    /// An open label with its cap.
    pub const fn open(name: &'static str, max: usize) -> Self {
        Self {
            name,
            values: LabelValues::Open {
                max,
                overflow: OVERFLOW,
            },
        }
    }

    /// The same open label with another value in the overflow series; a finite label as it is. An empty text changes
    /// nothing: the overflow series would look like that of a label that is not there.
    pub const fn with_overflow(self, overflow: &'static str) -> Self {
        let values = match self.values {
            LabelValues::Open { max, .. } if !overflow.is_empty() => {
                LabelValues::Open { max, overflow }
            }
            other => other,
        };
        Self { values, ..self }
    }
}

/// The labels of a family: a struct with `#[derive(LabelSet)]`, or `()` for none.
///
/// A label whose value is empty, be it an empty text or a `None`, is not exposed: to Prometheus it is not there.
///
/// A struct that borrows (`struct ByPath<'a> { path: &'a str }`) names its family
/// `Counter<ByPath<'static>>` and is looked up with borrowed text, so that no update allocates.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of labels",
    label = "not a label set",
    note = "label sets are structs with `#[derive(LabelSet)]`; a single label is a struct with one field, or in another set a field without `flatten`",
    note = "for a metric without labels that counts in another type of number: `Counter<(), f64>`"
)]
pub trait LabelSet: 'static {
    /// This set with borrowed values that live for `'q`; the type itself where it borrows nothing.
    type Borrowed<'q>;

    /// What `#[timed]` fills, label by label.
    #[doc(hidden)]
    type Builder: Default;

    /// The labels, in the order of the fields; those of a nested set stand in the place of its field.
    const LABELS: &'static [LabelDescriptor];

    /// How many combinations the finite labels have: 1 where there are none.
    #[doc(hidden)]
    const SERIES: usize = finite_series(Self::LABELS);

    /// Which combination of the finite labels this is, counted with the last label fastest.
    fn finite_index(labels: &Self::Borrowed<'_>) -> usize;

    /// Hands the text of each open label to `visit`, in the order of the fields.
    fn open_values(labels: &Self::Borrowed<'_>, visit: &mut impl FnMut(&str));

    /// Puts the outcome of a call that has ended into the labels that are for it.
    #[doc(hidden)]
    #[inline]
    fn set_outcome(_: &mut Self::Borrowed<'_>, _: Outcome) {}
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

/// How many combinations the finite ones of `labels` have: 1 where there are none.
pub(crate) const fn finite_series(labels: &[LabelDescriptor]) -> usize {
    let mut product: usize = 1;
    let mut i = 0;
    while i < labels.len() {
        product = product.saturating_mul(labels[i].values.count());
        i += 1;
    }
    product
}
