//! Checks that only the compiler can make, because they hang on a field's type; the derives call them in
//! constants. What the derive knows of a message it has prepared; what only the compiler knows is put in here.

use super::Kind;
use super::buckets::{DEFAULT_BUCKETS, check_bounds};
use super::label::{LabelDescriptor, LabelValues, finite_series};
use super::message::{Message, same};
use super::nested::Part;

// `track_caller` puts the error at the user's field, not in here

/// Stops the compilation with `message` unless `kind` is `required`.
#[track_caller]
pub const fn require_kind(kind: Kind, required: Kind, message: &str) {
    if kind as u8 != required as u8 {
        panic!("{}", message);
    }
}

/// Stops the compilation with `message` if `kind` is one of `refused`.
#[track_caller]
pub const fn refuse_kinds(kind: Kind, refused: &[Kind], message: &str) {
    let mut i = 0;
    while i < refused.len() {
        if kind as u8 == refused[i] as u8 {
            panic!("{}", message);
        }
        i += 1;
    }
}

/// Stops the compilation with `message` unless it is so.
#[track_caller]
pub const fn require(is_so: bool, message: &str) {
    if !is_so {
        panic!("{}", message);
    }
}

/// Stops the compilation if `bounds` are not those of a histogram.
#[track_caller]
pub const fn check_buckets(bounds: &[f64]) {
    if let Some(wrong) = check_bounds(bounds) {
        panic!("{}", wrong);
    }
}

/// `bounds`, or others in their place if they are not those of a histogram: [`check_buckets`] says so, and it
/// need not be said twice.
pub const fn sound_buckets(bounds: &'static [f64]) -> &'static [f64] {
    match check_bounds(bounds) {
        None => bounds,
        Some(_) => DEFAULT_BUCKETS,
    }
}

/// `bounds`, if they are those of a histogram; else stops the compilation.
#[track_caller]
pub const fn checked_buckets(bounds: &'static [f64]) -> &'static [f64] {
    check_buckets(bounds);
    bounds
}

/// Stops the compilation if `labels` cannot be those of a set: with `message` if the finite ones have more than `max`
/// combinations, or if one of them has a value that cannot be, which only a hand-written `Label` has.
#[track_caller]
pub const fn check_labels(labels: &'static [LabelDescriptor], max: usize, message: &str) {
    check_parts(&[Part::Own(labels)], max, message);
}

/// The same for a set with nested sets; of these the values are checked where they are declared.
#[track_caller]
pub const fn check_parts(parts: &[Part], max: usize, message: &str) {
    let mut product: usize = 1;
    let mut i = 0;
    while i < parts.len() {
        product = product.saturating_mul(finite_series(parts[i].labels()));
        if let Part::Own(labels) = parts[i] {
            check_values(labels);
        }
        i += 1;
    }
    if product > max {
        panic!("{}", message);
    }
}

#[track_caller]
const fn check_values(labels: &[LabelDescriptor]) {
    let mut i = 0;
    while i < labels.len() {
        if let LabelValues::Finite(values) | LabelValues::Optional(values) = labels[i].values
            && let Some(wrong) = check_each(labels[i].name, values)
        {
            panic!("{}", wrong.as_str());
        }
        i += 1;
    }
}

/// What is wrong with the values of a finite label.
const fn check_each(name: &str, values: &[&str]) -> Option<Message> {
    let mut i = 0;
    while i < values.len() {
        if values[i].is_empty() {
            return Some(Message::of(&[
                "`Label::VALUES` of the label `",
                name,
                "` has an empty value, which is the same as no label; leave it out, and make the field an `Option`",
            ]));
        }
        let mut j = 0;
        while j < i {
            if same(values[i], values[j]) {
                return Some(Message::of(&[
                    "`Label::VALUES` of the label `",
                    name,
                    "` has `",
                    values[i],
                    "` twice; give one of them another text",
                ]));
            }
            j += 1;
        }
        i += 1;
    }
    None
}

/// Stops the compilation if the nested set that is the part `at` brings a label that the set has already: one of its
/// own, or one of a set nested before.
#[track_caller]
pub const fn check_nested(parts: &[Part], at: usize) {
    let nested = parts[at].labels();
    let mut i = 0;
    while i < parts.len() {
        let twice = match parts[i] {
            Part::Nested(_) if i >= at => None,
            part => first_in_both(part.labels(), nested),
        };
        if let Some(name) = twice {
            let message = Message::of(&[
                "this set brings the label `",
                name,
                "`, which is there already; name one of the two otherwise: `#[label(name = \"…\")]`",
            ]);
            panic!("{}", message.as_str());
        }
        i += 1;
    }
}

/// The first label name that is in both.
const fn first_in_both(
    some: &'static [LabelDescriptor],
    others: &'static [LabelDescriptor],
) -> Option<&'static str> {
    let mut i = 0;
    while i < others.len() {
        let mut j = 0;
        while j < some.len() {
            if same(some[j].name, others[i].name) {
                return Some(others[i].name);
            }
            j += 1;
        }
        i += 1;
    }
    None
}
