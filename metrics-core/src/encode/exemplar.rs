//! Which of a series' exemplars a format can carry: those of a bucket, and none whose labels are too long.

use crate::update::Exemplar;

/// The most characters that the names and values of an exemplar's labels have together. Source: OpenMetrics 1.0.0,
/// "Exemplars"; Prometheus drops what is longer, whatever the format.
const MAX_LABEL_CHARS: usize = 128;

/// Whether a format may carry this exemplar.
pub(super) fn is_short(exemplar: &Exemplar<'_>) -> bool {
    let rendered = exemplar.labels.as_str();
    // quotes, commas and escapes only add to it, and a character is at least a byte
    if rendered.len() <= MAX_LABEL_CHARS {
        return true;
    }
    let pairs = exemplar.labels.pairs();
    let chars = pairs.map(|(name, value)| name.chars().count() + value.chars().count());
    chars.sum::<usize>() <= MAX_LABEL_CHARS
}

/// The newest.
pub(super) fn newest<'e>(exemplars: &'e [Exemplar<'e>]) -> Option<&'e Exemplar<'e>> {
    let short = exemplars.iter().filter(|exemplar| is_short(exemplar));
    short.max_by_key(|exemplar| exemplar.millis)
}

/// The newest whose value lies in the bucket up to `bound`, where `below` is the bound before that one, if there is one.
pub(super) fn in_bucket<'e>(
    exemplars: &'e [Exemplar<'e>],
    below: Option<f64>,
    bound: f64,
) -> Option<&'e Exemplar<'e>> {
    let lies_in = |value: f64| value <= bound && below.is_none_or(|below| value > below);
    let inside = exemplars.iter().filter(|e| lies_in(e.value) && is_short(e));
    inside.max_by_key(|exemplar| exemplar.millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::update::{LabelText, Labels};

    #[test]
    fn characters_are_counted_and_not_bytes_or_escapes() {
        for (value, expected) in [
            ("x".repeat(122), true),
            ("é".repeat(122), true),
            ("\n".repeat(122), true),
            ("x".repeat(123), false),
            ("\"".repeat(123), false),
        ] {
            let mut labels = LabelText::default();
            labels.push("trace1", &value);
            let exemplar = Exemplar::new(labels.labels(), 1.0, 1);
            assert_eq!(is_short(&exemplar), expected, "{value}");
        }
    }

    #[test]
    fn a_bucket_has_its_bound_and_not_that_below() {
        let at = |value, millis| Exemplar::new(Labels::NONE, value, millis);
        let all = [
            at(1.0, 5),
            at(2.0, 6),
            at(1.5, 7),
            at(f64::NEG_INFINITY, 1),
            at(f64::NAN, 9),
        ];
        let value = |below, bound| in_bucket(&all, below, bound).map(|exemplar| exemplar.value);
        assert_eq!(value(None, 0.5), Some(f64::NEG_INFINITY));
        assert_eq!(value(Some(0.5), 1.0), Some(1.0));
        assert_eq!(value(Some(1.0), 2.0), Some(1.5));
        assert_eq!(value(Some(2.0), f64::INFINITY), None);
    }
}
