//! Which native bucket a value belongs to, from the definition and not from our code.

use std::collections::BTreeMap;

/// The schema of `#[metric(native)]`: eight buckets for each power of two.
pub(crate) const SCHEMA: i32 = 3;

/// What is at most so far from 0 is in the zero bucket: 2^-128.
pub(crate) const ZERO_THRESHOLD: f64 = 2.938_735_877_055_719e-39;

/// The name of a bucket: the schema, and `zero` or its number with the sign of its values.
pub(crate) fn bucket(schema: i32, sign: char, number: i32) -> BTreeMap<String, String> {
    [("bucket".to_owned(), format!("{schema} {sign}{number}"))].into()
}

pub(crate) fn zero_bucket(schema: i32) -> BTreeMap<String, String> {
    [("bucket".to_owned(), format!("{schema} zero"))].into()
}

/// The bucket of [`SCHEMA`] that holds `value`: the least `i` with `value <= 2^(i/8)`.
pub(crate) fn bucket_of(value: f64) -> BTreeMap<String, String> {
    let (sign, size) = (if value < 0.0 { '-' } else { '+' }, value.abs());
    if size <= ZERO_THRESHOLD {
        return zero_bucket(SCHEMA);
    }
    if size.is_infinite() {
        // one above the largest, as `client_golang` has it
        return bucket(SCHEMA, sign, 8 * 1024 + 1);
    }
    // the power of two below; above the zero threshold all numbers are normal
    let exponent = (size.to_bits() >> 52) as i32 - 1023;
    let fraction = size / 2_f64.powi(exponent);
    let steps = (0..8).find(|steps| fraction <= (f64::from(*steps) / 8.0).exp2());
    bucket(SCHEMA, sign, 8 * exponent + steps.unwrap_or(8))
}
