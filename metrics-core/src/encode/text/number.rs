//! Numbers as the exposition formats want them: shortest text that reads back equal, Go's words for the
//! rest.

use super::chunk::{Chunk, Line};
use crate::update::Number;

/// How a bucket bound is written in the label `le`: in the text format 0.0.4, and in OpenMetrics, which Prometheus 3 makes of
/// the other as well. A query that is to find a bucket must know both.
///
/// ```
/// use metrics_core::bound_texts;
///
/// assert_eq!(bound_texts(1.0), ["1", "1.0"]);
/// assert_eq!(bound_texts(0.25), ["0.25", "0.25"]);
/// ```
pub fn bound_texts(bound: f64) -> [String; 2] {
    let text = |push: fn(&mut Line<'_>, f64) -> Option<()>| {
        let mut out = Chunk::default();
        // every number is short
        out.push_line(|line| push(line, bound));
        String::from_utf8_lossy(out.as_bytes()).into_owned()
    };
    [text(push_f64), text(push_canonical)]
}

/// Appends a number to what is not a short line.
pub(super) fn push(out: &mut Chunk, number: Number) {
    // every number is short
    out.push_line(|line| push_number(line, number));
}

/// Appends an exact number.
#[inline(always)]
pub(super) fn push_number(line: &mut Line<'_>, number: Number) -> Option<()> {
    match number {
        Number::Unsigned(n) => push_u64(line, n),
        Number::Signed(n) => {
            if n < 0 {
                line.push_array(*b"-")?;
            }
            push_u64(line, n.unsigned_abs())
        }
        Number::Float(n) => push_f64(line, n),
    }
}

/// Digits are written where they stay: what is put together elsewhere in small steps, the processor cannot copy on in
/// large ones without waiting.
#[inline(always)]
pub(super) fn push_u64(line: &mut Line<'_>, n: u64) -> Option<()> {
    const EIGHT: u64 = 100_000_000;

    let push_first = |line: &mut Line<'_>, n: u64| {
        let digits = eight_digits(n);
        // zeros in front are the lowest bytes; of 0, one stays
        let zeros = (digits.trailing_zeros() / 8).min(7);
        let ascii = (digits | ZEROS) >> (8 * zeros);
        line.push_first(ascii.to_le_bytes(), 8 - zeros as usize)
    };
    let push_rest =
        |line: &mut Line<'_>, n: u64| line.push_array((eight_digits(n) | ZEROS).to_le_bytes());
    if n < EIGHT {
        return push_first(line, n);
    }
    let (high, low) = (n / EIGHT, n % EIGHT);
    if high < EIGHT {
        push_first(line, high)?;
    } else {
        push_first(line, high / EIGHT)?;
        push_rest(line, high % EIGHT)?;
    }
    push_rest(line, low)
}

const ZEROS: u64 = u64::from_le_bytes(*b"00000000");

/// The digits of a number below 10^8, the first in the lowest byte, each 0 to 9.
///
/// All of them at once: in halves of four digits, of two, of one, which lie side by side. The factors are reciprocals
/// large enough for the numbers at hand (Granlund and Montgomery, Division by Invariant Integers, 1994).
#[inline]
fn eight_digits(n: u64) -> u64 {
    let fours = (n / 10_000) | ((n % 10_000) << 32);
    // 10,486 / 2^20 is 1 / 100 for what is below 10^4
    let hundreds = ((fours * 10_486) >> 20) & 0x7f_0000_007f;
    let twos = hundreds | ((fours - 100 * hundreds) << 16);
    // 103 / 2^10 is 1 / 10 for what is below 100
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | ((twos - 10 * tens) << 8)
}

/// `NaN`, `+Inf`, `-Inf`, or the shortest digits; whole numbers without `.0`, as in `le="1"`.
#[inline(never)]
pub(super) fn push_f64(line: &mut Line<'_>, n: f64) -> Option<()> {
    if n.is_nan() {
        line.push_array(*b"NaN")
    } else if n.is_infinite() {
        line.push_array(if n > 0.0 { *b"+Inf" } else { *b"-Inf" })
    } else {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(n);
        line.push_text(text.strip_suffix(".0").unwrap_or(text).as_bytes())
    }
}

/// A number in a label value as OpenMetrics has it ("Canonical Numbers"): never without a point or an exponent, and with
/// the exponents of Go's `%g`. Prometheus writes the bounds of protobuf histograms so too, and in either format a series
/// is to have the same labels.
#[cold]
pub(super) fn push_canonical(line: &mut Line<'_>, n: f64) -> Option<()> {
    if !n.is_finite() {
        return push_f64(line, n);
    }
    // -0 is the same bound as 0
    let n = if n == 0.0 { 0.0 } else { n };
    let scientific = format!("{n:e}");
    let (digits, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let text = if (-4..6).contains(&exponent) {
        let plain = n.to_string();
        let point = if plain.contains('.') { "" } else { ".0" };
        plain + point
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
    };
    line.push_text(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(number: Number) -> String {
        let mut out = Chunk::default();
        push(&mut out, number);
        String::from_utf8(out.as_bytes().to_vec()).expect("numbers are ASCII")
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
            assert_eq!(text(Number::Float(n)), expected);
        }
        assert_eq!(text(Number::Signed(i64::MIN)), i64::MIN.to_string());
    }

    #[test]
    fn integers_of_all_lengths() {
        let mut power = 1_u64;
        for _ in 0..20 {
            for n in [power - 1, power, power + 1, power.wrapping_mul(9)] {
                assert_eq!(text(Number::Unsigned(n)), n.to_string());
            }
            power = power.wrapping_mul(10);
        }
        assert_eq!(text(Number::Unsigned(u64::MAX)), u64::MAX.to_string());
    }

    fn canonical(n: f64) -> String {
        let mut out = Chunk::default();
        assert!(out.push_line(|line| push_canonical(line, n)));
        String::from_utf8(out.as_bytes().to_vec()).expect("numbers are ASCII")
    }

    #[test]
    fn canonical_numbers_are_those_of_the_specification() {
        // its two lists, and then what Go's `%g` makes of others
        for text in "0.0 0.001 0.002 0.01 0.1 0.9 0.95 0.99 0.999 1.0 1.7 10.0 \
                     1e-10 1e-09 1e-05 0.0001 0.1 1.0 100000.0 1e+06 1e+10 +Inf \
                     -Inf NaN -1.5 100.0 123456.0 1.048576e+06 1.25e+100 5e-324 0.00012"
            .split(' ')
            .filter(|text| !text.is_empty())
        {
            let n: f64 = text.parse().expect("a number");
            assert_eq!(canonical(n), text);
        }
        assert_eq!(canonical(-0.0), "0.0");
    }

    proptest! {
        #[test]
        fn canonical_numbers_read_back_equal(bits in any::<u64>()) {
            let n = f64::from_bits(bits);
            let read: f64 = canonical(n).parse().expect("a number");
            prop_assert!(read == n || (read.is_nan() && n.is_nan()));
        }

        #[test]
        fn integers_are_those_of_the_standard_library(n in any::<u64>(), shift in 0..64_u32) {
            let n = n >> shift;
            prop_assert_eq!(text(Number::Unsigned(n)), n.to_string());
            prop_assert_eq!(text(Number::Signed(n.cast_signed())), n.cast_signed().to_string());
        }

        #[test]
        fn every_number_reads_back_equal(bits in any::<u64>()) {
            let n = f64::from_bits(bits);
            let read: f64 = text(Number::Float(n)).parse().expect("a number");
            prop_assert!(read.to_bits() == n.to_bits() || (read.is_nan() && n.is_nan()));
        }
    }
}
