//! Numbers as the exposition formats want them: shortest text that reads back equal, Go's words for the
//! rest.

use super::chunk::Chunk;
use crate::update::Number;

/// Appends an exact number.
pub(super) fn push_number(out: &mut Chunk, number: Number) {
    match number {
        Number::Unsigned(n) => push_u64(out, n),
        Number::Signed(n) => {
            if n < 0 {
                out.push_byte(b'-');
            }
            push_u64(out, n.unsigned_abs());
        }
        Number::Float(n) => push_f64(out, n),
    }
}

/// Digits are written where they stay: what is put together elsewhere in steps of two bytes, the processor cannot copy
/// on in steps of sixteen without waiting.
#[inline]
pub(super) fn push_u64(out: &mut Chunk, mut n: u64) {
    let (odd, pairs) = out.push_room(digits(n)).as_rchunks_mut();
    for pair in pairs.iter_mut().rev() {
        *pair = PAIRS[(n % 100) as usize];
        n /= 100;
    }
    if let [digit] = odd {
        *digit = b'0' + n as u8;
    }
}

/// How many digits a number has, at least one.
#[inline]
fn digits(n: u64) -> usize {
    // 1233 / 4096 is a little less than the logarithm of 2 (Warren, Hacker's Delight, 11-4); 0 has the digits of 1
    let bits = u64::BITS - (n | 1).leading_zeros();
    let near = ((bits * 1233) >> 12) as usize;
    near + usize::from(POWERS.get(near).is_some_and(|power| n >= *power))
}

/// The powers of ten.
const POWERS: [u64; 20] = {
    let mut powers = [1; 20];
    let mut n = 1;
    while n < powers.len() {
        powers[n] = powers[n - 1] * 10;
        n += 1;
    }
    // 0 is written with a digit
    powers[0] = 0;
    powers
};

/// The two digits of the numbers up to 99.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// `NaN`, `+Inf`, `-Inf`, or the shortest digits; whole numbers without `.0`, as in `le="1"`.
pub(super) fn push_f64(out: &mut Chunk, n: f64) {
    if n.is_nan() {
        out.push(b"NaN");
    } else if n.is_infinite() {
        out.push(if n > 0.0 { b"+Inf" } else { b"-Inf" });
    } else {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(n);
        out.push(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(n: f64) -> String {
        let mut out = Chunk::default();
        push_f64(&mut out, n);
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
            assert_eq!(text(n), expected);
        }
        let mut out = Chunk::default();
        push_number(&mut out, Number::Unsigned(u64::MAX));
        push_number(&mut out, Number::Signed(i64::MIN));
        assert_eq!(out.as_bytes(), b"18446744073709551615-9223372036854775808");
    }

    proptest! {
        #[test]
        fn integers_are_those_of_the_standard_library(n in any::<u64>(), shift in 0..64_u32) {
            let n = n >> shift;
            let mut out = Chunk::default();
            push_number(&mut out, Number::Unsigned(n));
            push_number(&mut out, Number::Signed(n.cast_signed()));
            let expected = format!("{n}{}", n.cast_signed());
            prop_assert_eq!(out.as_bytes(), expected.as_bytes());
        }

        #[test]
        fn every_number_reads_back_equal(bits in any::<u64>()) {
            let n = f64::from_bits(bits);
            let read: f64 = text(n).parse().expect("a number");
            prop_assert!(read.to_bits() == n.to_bits() || (read.is_nan() && n.is_nan()));
        }
    }
}
