//! Lengths of time as people read them.

use std::fmt::Write as _;

/// A length of time as Prometheus writes it: `1h30m`, `250ms`; finer ones with `us` and `ns`.
pub(super) fn span(seconds: f64) -> String {
    const UNITS: [(&str, u64); 7] = [
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1000),
        ("ns", 1),
    ];
    let mut rest = (seconds * 1e9).round() as u64;
    let mut out = String::new();
    for (unit, nanos) in UNITS {
        if rest >= nanos {
            let _ = write!(out, "{}{unit}", rest / nanos);
            rest %= nanos;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn spans_are_exact() {
        for (seconds, shown) in [
            (0.0, "0s"),
            (0.25, "250ms"),
            (0.0005, "500us"),
            (300.0, "5m"),
            (5400.0, "1h30m"),
            (259_200.0, "3d"),
        ] {
            assert_eq!(span(seconds), shown);
        }
    }
}
