//! Numbers as Go prints them, and as the functions of Prometheus' templates do.

/// `%v`: the shortest digits, with an exponent where the number is large or small.
pub(super) fn plain(value: f64) -> String {
    general(value, format!("{value:e}"), 6)
}

/// `%.4g`: four digits at most, and no zeros behind the point.
fn short(value: f64) -> String {
    general(value, format!("{value:.3e}"), 4)
}

/// `%.Nf`.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    if value.is_finite() {
        format!("{value:.decimals$}")
    } else {
        word(value)
    }
}

/// 1234.5 is `1.234k`.
pub(super) fn humanize(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        short(value)
    } else if value.abs() >= 1.0 {
        let (value, prefix) = divided(value, 1000.0, ["k", "M", "G", "T", "P", "E", "Z", "Y"]);
        short(value) + prefix
    } else {
        let (value, prefix) = multiplied(value);
        short(value) + prefix
    }
}

/// 2048 is `2ki`.
pub(super) fn humanize1024(value: f64) -> String {
    if value.abs() <= 1.0 || !value.is_finite() {
        return short(value);
    }
    let prefixes = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
    let (value, prefix) = divided(value, 1024.0, prefixes);
    short(value) + prefix
}

/// 0.0123 is `1.23%`.
pub(super) fn humanize_percentage(value: f64) -> String {
    short(value * 100.0) + "%"
}

/// 3661.5 seconds are `1h 1m 1s`.
pub(super) fn humanize_duration(value: f64) -> String {
    if !value.is_finite() {
        return short(value);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let whole = value.abs().trunc();
    if value == 0.0 {
        "0s".to_owned()
    } else if whole < 1.0 {
        let (value, prefix) = multiplied(value);
        short(value) + prefix + "s"
    } else if whole < 60.0 {
        format!("{sign}{}s", short(value.abs()))
    } else {
        let of = |length: f64, in_next: f64| (whole / length).floor() % in_next;
        let (seconds, minutes, hours) = (of(1.0, 60.0), of(60.0, 60.0), of(3600.0, 24.0));
        let days = of(86_400.0, f64::INFINITY);
        if days > 0.0 {
            format!("{sign}{days}d {hours}h {minutes}m {seconds}s")
        } else if hours > 0.0 {
            format!("{sign}{hours}h {minutes}m {seconds}s")
        } else {
            format!("{sign}{minutes}m {seconds}s")
        }
    }
}

/// The larger one, or the one that is a number. Of 0 and -0 it is the first: `f64::max` leaves that to the compiler, which
/// decides otherwise in a release build.
pub(super) fn larger(first: f64, second: f64) -> f64 {
    if first >= second || second.is_nan() {
        first
    } else {
        second
    }
}

/// The smaller one, in the same way.
pub(super) fn smaller(first: f64, second: f64) -> f64 {
    if first <= second || second.is_nan() {
        first
    } else {
        second
    }
}

fn divided<const N: usize>(
    mut value: f64,
    by: f64,
    prefixes: [&'static str; N],
) -> (f64, &'static str) {
    let mut last = "";
    for prefix in prefixes {
        if value.abs() < by {
            break;
        }
        value /= by;
        last = prefix;
    }
    (value, last)
}

fn multiplied(mut value: f64) -> (f64, &'static str) {
    let mut last = "";
    for prefix in ["m", "u", "n", "p", "f", "a", "z", "y"] {
        if value.abs() >= 1.0 {
            break;
        }
        value *= 1000.0;
        last = prefix;
    }
    (value, last)
}

fn word(value: f64) -> String {
    let word = match value {
        _ if value.is_nan() => "NaN",
        _ if value > 0.0 => "+Inf",
        _ => "-Inf",
    };
    word.to_owned()
}

/// `%g` of a number that is given as `1.25e3`: plain if its exponent is from -4 to below `plain_below`.
fn general(value: f64, scientific: String, plain_below: i32) -> String {
    let parts = scientific.split_once('e');
    let parts = parts.and_then(|(digits, exponent)| Some((digits, exponent.parse().ok()?)));
    let Some((digits, exponent)): Option<(&str, i32)> = parts.filter(|_| value.is_finite()) else {
        return word(value);
    };
    let digits = if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    };
    if (-4..plain_below).contains(&exponent) {
        // the digits that are left, read again and printed in full
        let rounded: f64 = format!("{digits}e{exponent}").parse().unwrap_or(value);
        return rounded.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_of_a_zero_is_that_of_the_first() {
        for choose in [larger, smaller] {
            assert!(choose(0.0, -0.0).is_sign_positive());
            assert!(choose(-0.0, 0.0).is_sign_negative());
            assert_eq!(choose(f64::NAN, 1.0).to_bits(), 1.0_f64.to_bits());
            assert_eq!(choose(1.0, f64::NAN).to_bits(), 1.0_f64.to_bits());
        }
        assert_eq!((larger(1.0, 2.0), smaller(1.0, 2.0)), (2.0, 1.0));
    }

    /// What promtool 2.42 renders.
    #[test]
    fn numbers_are_those_of_prometheus() {
        let table = [
            (
                1_234_567.5,
                "1.2345675e+06",
                "1.235M",
                "1.177Mi",
                "14d 6h 56m 7s",
                "1.235e+08%",
            ),
            (
                12_345.5,
                "12345.5",
                "12.35k",
                "12.06ki",
                "3h 25m 45s",
                "1.235e+06%",
            ),
            (0.00025, "0.00025", "250u", "0.00025", "250us", "0.025%"),
            (-100.0, "-100", "-100", "-100", "-1m 40s", "-1e+04%"),
            (0.0, "0", "0", "0", "0s", "0%"),
            (1000.0, "1000", "1k", "1000", "16m 40s", "1e+05%"),
            (
                90_061.0,
                "90061",
                "90.06k",
                "87.95ki",
                "1d 1h 1m 1s",
                "9.006e+06%",
            ),
            (
                3661.5,
                "3661.5",
                "3.662k",
                "3.576ki",
                "1h 1m 1s",
                "3.662e+05%",
            ),
            (61.5, "61.5", "61.5", "61.5", "1m 1s", "6150%"),
            (2.5, "2.5", "2.5", "2.5", "2.5s", "250%"),
            (f64::INFINITY, "+Inf", "+Inf", "+Inf", "+Inf", "+Inf%"),
            (
                999_999.0,
                "999999",
                "1000k",
                "976.6ki",
                "11d 13h 46m 39s",
                "1e+08%",
            ),
            (1e6, "1e+06", "1M", "976.6ki", "11d 13h 46m 40s", "1e+08%"),
            (1.5e22, "1.5e+22", "15Z", "12.71Zi", "", "1.5e+24%"),
            (
                0.000_012_34,
                "1.234e-05",
                "12.34u",
                "1.234e-05",
                "12.34us",
                "0.001234%",
            ),
            (
                0.014_544_000_000_000_001,
                "0.014544000000000001",
                "14.54m",
                "0.01454",
                "14.54ms",
                "1.454%",
            ),
        ];
        for (value, as_plain, human, human1024, duration, percentage) in table {
            assert_eq!(plain(value), as_plain);
            assert_eq!(humanize(value), human);
            assert_eq!(humanize1024(value), human1024);
            assert_eq!(humanize_percentage(value), percentage);
            // the largest has more nanoseconds than Go can count
            if !duration.is_empty() {
                assert_eq!(humanize_duration(value), duration);
            }
        }
        assert_eq!(
            (fixed(2.5, 0), fixed(0.014_544, 1)),
            ("2".to_owned(), "0.0".to_owned())
        );
    }
}
