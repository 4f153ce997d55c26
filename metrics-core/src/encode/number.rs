//! Numbers as the exposition formats want them: shortest text that reads back equal, Go's words for the
//! rest.

use crate::update::Number;

/// Appends an exact number.
pub(super) fn push_number(out: &mut Vec<u8>, number: Number) {
    match number {
        Number::Unsigned(n) => push_u64(out, n),
        Number::Signed(n) => out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes()),
        Number::Float(n) => push_f64(out, n),
    }
}

pub(super) fn push_u64(out: &mut Vec<u8>, n: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
}

/// `NaN`, `+Inf`, `-Inf`, or the shortest digits; whole numbers without `.0`, as in `le="1"`.
pub(super) fn push_f64(out: &mut Vec<u8>, n: f64) {
    if n.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if n.is_infinite() {
        out.extend_from_slice(if n > 0.0 { b"+Inf" } else { b"-Inf" });
    } else {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(n);
        out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(n: f64) -> String {
        let mut out = Vec::new();
        push_f64(&mut out, n);
        String::from_utf8(out).expect("numbers are ASCII")
    }

    #[test]
    fn words_and_edges() {
        let edges = [
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (2.5e-8, "2.5e-8"),
            (9_007_199_254_740_993_f64, "9007199254740992"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
        ];
        for (n, expected) in edges {
            assert_eq!(text(n), expected);
        }
        let mut out = Vec::new();
        push_number(&mut out, Number::Unsigned(u64::MAX));
        push_number(&mut out, Number::Signed(i64::MIN));
        assert_eq!(out, b"18446744073709551615-9223372036854775808");
    }

    proptest! {
        #[test]
        fn every_number_reads_back_equal(bits in any::<u64>()) {
            let n = f64::from_bits(bits);
            let read: f64 = text(n).parse().expect("a number");
            prop_assert!(read.to_bits() == n.to_bits() || (read.is_nan() && n.is_nan()));
        }
    }
}
