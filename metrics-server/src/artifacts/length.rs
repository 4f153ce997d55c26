//! Lengths of time as text: for Prometheus to read, and for people.

use std::time::Duration;

/// As Prometheus reads it, in whole milliseconds: `1h30m`.
pub(crate) fn for_prometheus(length: Duration) -> String {
    const UNITS: [(&str, u128); 5] = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
        ("ms", 1),
    ];
    let mut millis = length.as_millis();
    let mut out = String::new();
    for (unit, of) in UNITS {
        if millis >= of {
            out += &format!("{}{unit}", millis / of);
            millis %= of;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

/// As people write it, exactly: `5.12s`, `250us`, and from a minute on as for Prometheus.
pub(crate) fn for_people(length: Duration) -> String {
    const UNITS: [(&str, u128); 4] = [
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1000),
        ("ns", 1),
    ];
    let nanos = length.as_nanos();
    let is_whole = nanos.is_multiple_of(1_000_000);
    if length.is_zero() || (length >= Duration::from_mins(1) && is_whole) {
        return for_prometheus(length);
    }
    let unit = UNITS.into_iter().find(|(_, of)| nanos >= *of);
    let (unit, of) = unit.unwrap_or(("ns", 1));
    format!("{}{unit}", nanos as f64 / of as f64)
}

/// The same of seconds, as the catalogue has them.
pub(crate) fn of_seconds(seconds: f64) -> String {
    for_people(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_what_prometheus_reads() {
        let millis = [
            (0, "0s"),
            (500, "500ms"),
            (90_000, "1m30s"),
            (5_400_000, "1h30m"),
            (259_200_000, "3d"),
            (5120, "5s120ms"),
        ];
        for (millis, expected) in millis {
            assert_eq!(for_prometheus(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn lengths_are_what_people_write() {
        for (seconds, shown) in [
            (0.0, "0s"),
            (0.000_25, "250us"),
            (0.25, "250ms"),
            (0.0325, "32.5ms"),
            (5.12, "5.12s"),
            (1.0, "1s"),
            (300.0, "5m"),
            (5400.0, "1h30m"),
            (60.000_001, "60.000001s"),
        ] {
            assert_eq!(of_seconds(seconds), shown);
        }
    }
}
