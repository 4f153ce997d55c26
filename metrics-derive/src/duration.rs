//! Lengths of time in the notation of Prometheus, for what is handed on to it as it was written: `5m`, `1h30m`.
//! Those that only the program reads are in `length`.

use proc_macro2::TokenStream;
use quote::quote;

/// Units and their milliseconds, in the order in which Prometheus takes them, each at most once.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// A length of time as it was written, and in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Duration {
    pub(crate) text: String,
    pub(crate) millis: u64,
}

impl Duration {
    /// `None` if Prometheus would refuse it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut units = UNITS.iter();
        let mut millis: u64 = 0;
        while !rest.is_empty() {
            let (number, more) = split(rest, |c| !c.is_ascii_digit());
            let (unit, more) = split(more, |c| c.is_ascii_digit());
            // what stands before it is gone by then
            let (_, of_unit) = units.find(|(name, _)| *name == unit)?;
            let part = number.parse::<u64>().ok()?.checked_mul(*of_unit)?;
            millis = millis.checked_add(part)?;
            rest = more;
        }
        (!text.is_empty()).then(|| Self {
            text: text.to_owned(),
            millis,
        })
    }

    /// As a `Span`.
    pub(crate) fn span(&self, private: &TokenStream) -> TokenStream {
        let Self { text, millis } = self;
        quote!(#private::Span { text: #text, millis: #millis })
    }
}

fn split(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_prometheus() {
        for (text, millis) in [
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("90s", 90_000),
            ("1y2w3d4h5m6s7ms", 33_019_506_007),
            ("0s", 0),
        ] {
            let read = Duration::read(text).map(|duration| duration.millis);
            assert_eq!(read, Some(millis), "{text}");
        }
        for wrong in [
            "",
            "5",
            "m",
            "1.5m",
            "5 m",
            "30m1h",
            "1m1m",
            "-5m",
            "5min",
            "5µs",
            "+5m",
            "99999999999999y",
        ] {
            assert_eq!(Duration::read(wrong), None, "{wrong}");
        }
    }
}
