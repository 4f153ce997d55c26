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
    let (shown, good) = (format!("{key} = "), format!("{key} = {example:?}"));
    nanos_of(written, &shown, &good)
}

/// The same behind other words than a key: `shown` is what stands before the text, and `good` a whole example.
pub(crate) fn nanos_of(written: &LitStr, shown: &str, good: &str) -> syn::Result<u64> {
    let text = written.value();
    read(&text).ok_or_else(|| {
        syn::Error::new(
            written.span(),
            format_args!(
                "`{shown}{text:?}` is no length of time; write a number above 0 and a unit, `ns`, `us`, `ms`, `s`, `m` or `h`: `{good}`"
            ),
        )
    })
}

fn read(text: &str) -> Option<u64> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(split.unwrap_or(text.len()));
    let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    // a product of decimals may be a hair below the whole number that it is
    let nanos = (number.parse::<f64>().ok()? * unit).round();
    (nanos >= 1.0 && nanos < i64::MAX as f64).then_some(nanos as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_whole_nanoseconds() {
        for (text, nanos) in [
            ("250ms", 250_000_000),
            ("1.5 s", 1_500_000_000),
            ("0.29us", 290),
            ("0.57us", 570),
            ("1ns", 1),
            ("2h", 7_200_000_000_000),
        ] {
            assert_eq!(read(text), Some(nanos), "{text}");
        }
        for wrong in [
            "", "5", "ms", "0s", "0.4ns", "1d", "-1s", "1e3s", "1.2.3s", "3000000h",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
