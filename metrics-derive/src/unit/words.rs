//! The words that the rules for units know.

/// Units that are not base units, and their base units.
pub(super) const SCALED: [(&str, &str); 49] = [
    ("nanoseconds", "seconds"),
    ("microseconds", "seconds"),
    ("milliseconds", "seconds"),
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("days", "seconds"),
    ("weeks", "seconds"),
    ("bits", "bytes"),
    ("kilobits", "bytes"),
    ("megabits", "bytes"),
    ("gigabits", "bytes"),
    ("kilobytes", "bytes"),
    ("megabytes", "bytes"),
    ("gigabytes", "bytes"),
    ("terabytes", "bytes"),
    ("kibibytes", "bytes"),
    ("mebibytes", "bytes"),
    ("gibibytes", "bytes"),
    ("tebibytes", "bytes"),
    ("petabytes", "bytes"),
    ("percent", "ratio"),
    ("percents", "ratio"),
    ("percentage", "ratio"),
    ("per_cent", "ratio"),
    ("per cent", "ratio"),
    ("fahrenheit", "celsius"),
    ("rankine", "celsius"),
    ("kelvins", "kelvin"),
    ("millimeters", "meters"),
    ("centimeters", "meters"),
    ("kilometers", "meters"),
    ("inches", "meters"),
    ("feet", "meters"),
    ("yards", "meters"),
    ("miles", "meters"),
    ("milligrams", "grams"),
    ("kilograms", "grams"),
    ("ounces", "grams"),
    ("pounds", "grams"),
    ("millivolts", "volts"),
    ("kilovolts", "volts"),
    ("milliamperes", "amperes"),
    ("milliwatts", "watts"),
    ("kilowatts", "watts"),
    ("megawatts", "watts"),
    ("kilojoules", "joules"),
    ("calories", "joules"),
    ("kilohertz", "hertz"),
    ("megahertz", "hertz"),
];

/// Short forms, and what they stand for. Some are words of their own (`pool_min`, `plan_b`), so in a name
/// only those of [`SHORT_IN_NAMES`] count.
pub(super) const SHORT: [(&str, &str); 42] = [
    ("s", "seconds"),
    ("sec", "seconds"),
    ("secs", "seconds"),
    ("second", "seconds"),
    ("ms", "milliseconds"),
    ("msec", "milliseconds"),
    ("msecs", "milliseconds"),
    ("millis", "milliseconds"),
    ("us", "microseconds"),
    ("usec", "microseconds"),
    ("usecs", "microseconds"),
    ("micros", "microseconds"),
    ("ns", "nanoseconds"),
    ("nsec", "nanoseconds"),
    ("nsecs", "nanoseconds"),
    ("nanos", "nanoseconds"),
    ("min", "minutes"),
    ("mins", "minutes"),
    ("h", "hours"),
    ("d", "days"),
    ("hr", "hours"),
    ("hrs", "hours"),
    ("b", "bytes"),
    ("byte", "bytes"),
    ("kb", "kilobytes"),
    ("mb", "megabytes"),
    ("gb", "gigabytes"),
    ("tb", "terabytes"),
    ("pb", "petabytes"),
    ("kib", "kibibytes"),
    ("mib", "mebibytes"),
    ("gib", "gibibytes"),
    ("pct", "percent"),
    ("%", "percent"),
    ("c", "celsius"),
    ("m", "meters"),
    ("km", "kilometers"),
    ("g", "grams"),
    ("kg", "kilograms"),
    ("v", "volts"),
    ("j", "joules"),
    ("hz", "hertz"),
];

/// Short forms that count as the last word of a name.
pub(super) const SHORT_IN_NAMES: [&str; 23] = [
    "sec", "secs", "ms", "msec", "msecs", "millis", "us", "usec", "usecs", "micros", "ns", "nsec",
    "nsecs", "nanos", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "pct", "kg",
];

// What promtool refuses wherever it stands in a name: the lists of `promlint/validations/units.go` in
// prometheus/client_golang.

/// Units, base units among them, each with its base unit.
pub(super) const LINTED: [(&str, &str); 24] = [
    ("amperes", "amperes"),
    ("bytes", "bytes"),
    ("celsius", "celsius"),
    ("grams", "grams"),
    ("joules", "joules"),
    ("kelvin", "kelvin"),
    ("meters", "meters"),
    ("metres", "metres"),
    ("seconds", "seconds"),
    ("volts", "volts"),
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("days", "seconds"),
    ("weeks", "seconds"),
    ("kelvins", "kelvin"),
    ("fahrenheit", "celsius"),
    ("rankine", "celsius"),
    ("inches", "meters"),
    ("yards", "meters"),
    ("miles", "meters"),
    ("bits", "bytes"),
    ("calories", "joules"),
    ("pounds", "grams"),
    ("ounces", "grams"),
];

pub(super) const LINTED_PREFIXES: [&str; 18] = [
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega",
    "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi",
];

/// Short forms; they count behind a `_` only.
pub(super) const LINTED_SHORT: [&str; 14] = [
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
];

/// Words at the end of a name that tell of the kind of a series, and none of a unit.
pub(super) const NO_UNITS: [&str; 10] = [
    "total",
    "info",
    "bucket",
    "count",
    "sum",
    "created",
    "counter",
    "gauge",
    "histogram",
    "summary",
];
