//! Checks that only the compiler can make, because they hang on a field's type; the derives call them in
//! constants, with the whole message prepared, since a constant cannot put a text together.

use super::Kind;
use super::buckets::{DEFAULT_BUCKETS, check_bounds};
use super::label::{LabelDescriptor, LabelValues};

// `track_caller` puts the error at the user's field, not in here

/// Stops the compilation with `message` unless `kind` is `required`.
#[track_caller]
pub const fn require_kind(kind: Kind, required: Kind, message: &str) {
    if kind as u8 != required as u8 {
        panic!("{}", message);
    }
}

/// Stops the compilation with `message` if `kind` is `refused`.
#[track_caller]
pub const fn refuse_kind(kind: Kind, refused: Kind, message: &str) {
    if kind as u8 == refused as u8 {
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

/// Stops the compilation with `message` if the finite ones of `labels` have more than `max` combinations.
#[track_caller]
pub const fn check_series(labels: &[LabelDescriptor], max: usize, message: &str) {
    let mut product: usize = 1;
    let mut i = 0;
    while i < labels.len() {
        if let LabelValues::Finite(values) = labels[i].values {
            product = product.saturating_mul(values.len());
        }
        i += 1;
    }
    if product > max {
        panic!("{}", message);
    }
}
