//! Units: from those of families to the names that Grafana has for them. Each is one that dashboard-linter knows.

use metrics_core::{DeclaredFamily, Derived};

/// A unit, as it is called in Grafana: of a value, and of the rate at which it grows.
const UNITS: [(&str, &str, &str); 22] = [
    // a second in a second is a processor, or a worker, that is busy
    ("seconds", "s", "percentunit"),
    ("milliseconds", "ms", "short"),
    ("microseconds", "µs", "short"),
    ("nanoseconds", "ns", "short"),
    ("minutes", "m", "short"),
    ("hours", "h", "short"),
    ("days", "d", "short"),
    ("bytes", "bytes", "binBps"),
    ("bits", "bits", "bps"),
    ("bps", "bps", "short"),
    ("ratio", "percentunit", "short"),
    ("percent", "percent", "short"),
    ("celsius", "celsius", "short"),
    ("kelvin", "kelvin", "short"),
    ("volts", "volt", "short"),
    ("amperes", "amp", "short"),
    ("watts", "watt", "short"),
    ("joules", "joule", "watt"),
    ("grams", "massg", "short"),
    ("meters", "lengthm", "short"),
    ("hertz", "hertz", "short"),
    ("euros", "currencyEUR", "short"),
];

/// The unit that was declared, or that the name ends in.
fn known(family: &DeclaredFamily) -> Option<(&'static str, &'static str)> {
    let stem = family.name();
    let stem = stem.strip_suffix("_total").unwrap_or(stem);
    let declared = family.descriptor().unit();
    let is_it = |unit: &str| {
        let ending = stem.strip_suffix(unit);
        declared == unit || declared.is_empty() && ending.is_some_and(|name| name.ends_with('_'))
    };
    let found = UNITS.into_iter().find(|(unit, ..)| is_it(unit));
    found.map(|(_, value, rate)| (value, rate))
}

/// Of what is set or observed.
pub(super) fn of_value(family: &DeclaredFamily) -> &'static str {
    let name = family.name();
    match family.descriptor().derived() {
        Some(Derived::Ratio) => return "percentunit",
        _ if name.ends_with("_per_minute") => return "cpm",
        _ if name.ends_with("_per_second") => return "ops",
        _ => {}
    }
    known(family).map_or("short", |(value, _)| value)
}

/// Of the rate of what is counted.
pub(super) fn of_rate(family: &DeclaredFamily) -> &'static str {
    let mut words = family.name().split('_');
    match known(family) {
        Some((_, rate)) => rate,
        // `bytes_sent_total`, where the unit stands first
        None if words.any(|word| word == "bytes") => "binBps",
        None => of_events(family),
    }
}

/// Of how often there is something, whatever its size.
pub(super) fn of_events(family: &DeclaredFamily) -> &'static str {
    let words = [("request", "reqps"), ("message", "mps"), ("packet", "pps")];
    let name = family.name();
    let found = words.into_iter().find(|(word, _)| name.contains(word));
    found.map_or("ops", |(_, unit)| unit)
}

/// Whether it is a ratio, which is never below 0, and above 1 where it is not the share of a whole.
pub(super) fn is_ratio(family: &DeclaredFamily) -> bool {
    of_value(family) == "percentunit"
}

/// Whether what a histogram observes is never below 0, as far as its buckets and its unit tell.
pub(super) fn is_never_below_0(family: &DeclaredFamily) -> bool {
    match family.descriptor().bounds().first() {
        Some(least) => *least >= 0.0,
        None => of_value(family) == "bytes" || in_a_second(family).is_some(),
    }
}

/// Whether it is a moment, in seconds since 1970.
pub(super) fn is_moment(family: &DeclaredFamily) -> bool {
    let name = family.name();
    name.ends_with("_timestamp_seconds") || name.ends_with("_start_time_seconds")
}

/// How many of a histogram's unit are a second, if it is one of time.
pub(super) fn in_a_second(family: &DeclaredFamily) -> Option<f64> {
    match of_value(family) {
        "s" => Some(1.0),
        "ms" => Some(1e3),
        "µs" => Some(1e6),
        "ns" => Some(1e9),
        _ => None,
    }
}
