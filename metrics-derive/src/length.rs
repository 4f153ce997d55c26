//! Lengths of time, written as people write them: `"500ms"`, `"10m"`.

use syn::LitStr;

/// Units of time, in nanoseconds.
const UNITS: [(&str, f64); 7] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3600e9),
];

/// `"1.5s"` in whole nanoseconds, at least one and less than `i64::MAX`. `key` is whose value it is, and `example` a
/// good one.
pub(crate) fn nanos(written: &LitStr, key: &str, example: &str) -> syn::Result<u64> {
    let text = written.value();
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = UNITS.iter().find(|(name, _)| *name == unit.trim());
    let nanos = match (number.parse::<f64>(), unit) {
        (Ok(number), Some((_, unit))) => number * unit,
        _ => 0.0,
    };
    if nanos >= 1.0 && nanos < i64::MAX as f64 {
        return Ok(nanos as u64);
    }
    Err(syn::Error::new(
        written.span(),
        format_args!(
            "`{key} = {text:?}` is no length of time; write a number above 0 and a unit, `ns`, `us`, `ms`, `s`, `m` or `h`: `{key} = {example:?}`"
        ),
    ))
}
