//! Numbers as people write them: `250ms`, `64KiB`, `99.9%`, `1h`; PromQL has them plain, in the unit of the metric.
//! Lengths of time as Prometheus reads them: `5m`, `1h30m`.

/// Units of time: so many seconds, times a power of ten.
const TIMES: [(&str, f64, i32); 9] = [
    ("ns", 1.0, -9),
    ("us", 1.0, -6),
    ("µs", 1.0, -6),
    ("ms", 1.0, -3),
    ("s", 1.0, 0),
    ("m", 60.0, 0),
    ("h", 3600.0, 0),
    ("d", 86_400.0, 0),
    ("w", 604_800.0, 0),
];

/// The unit of a metric, and the power of ten that it is of a second.
const TIME_UNITS: [(&str, i32); 4] = [
    ("seconds", 0),
    ("milliseconds", -3),
    ("microseconds", -6),
    ("nanoseconds", -9),
];

const SIZES: [(&str, f64); 9] = [
    ("B", 1.0),
    ("kB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
];

/// `text` as a number in `unit`, that of the metric.
pub(super) fn number(text: &str, unit: &str) -> Result<f64, String> {
    if let Ok(number) = text.parse::<f64>()
        && number.is_finite()
        && !text.ends_with('.')
    {
        return Ok(number);
    }
    // in decimals, so that 99.9 % is 0.999 and not what is near it
    if let Some(percent) = text.strip_suffix('%') {
        let power = if unit == "percent" { "" } else { "e-2" };
        let share = format!("{percent}{power}").parse::<f64>();
        return share.map_err(|_| no_number(text));
    }
    let parts = parts(text).ok_or_else(|| no_number(text))?;
    if let [(digits, suffix)] = parts.as_slice()
        && let Some((_, factor)) = SIZES.iter().find(|(name, _)| name == suffix)
    {
        return match (unit, digits.parse::<f64>()) {
            ("bytes", Ok(number)) => Ok(number * factor),
            (_, Ok(_)) => Err(unfit(text, "a size", "bytes", unit)),
            (_, Err(_)) => Err(no_number(text)),
        };
    }
    let own = TIME_UNITS.iter().find(|(name, _)| *name == unit);
    let mut sum = 0.0;
    for (digits, suffix) in parts {
        let time = TIMES.iter().find(|(name, ..)| *name == suffix);
        let (_, seconds, power) = time.ok_or_else(|| no_number(text))?;
        let (_, own_power) = own.ok_or_else(|| unfit(text, "a length of time", "seconds", unit))?;
        let whole = digits.parse::<f64>().map_err(|_| no_number(text))?;
        let seconds = if *seconds == 1.0 {
            digits.to_owned()
        } else {
            (whole * seconds).to_string()
        };
        let number = format!("{seconds}e{}", power - own_power);
        sum += number.parse::<f64>().map_err(|_| no_number(text))?;
    }
    Ok(sum)
}

/// `1h30m` as `1` `h`, `30` `m`.
fn parts(text: &str) -> Option<Vec<(&str, &str)>> {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (digits, behind) = rest.split_at(rest.find(|c| !is_digit(c))?);
        let (unit, behind) = behind.split_at(behind.find(is_digit).unwrap_or(behind.len()));
        if digits.is_empty() {
            return None;
        }
        parts.push((digits, unit));
        rest = behind;
    }
    Some(parts)
}

fn no_number(text: &str) -> String {
    format!(
        "`{text}` is no number; write one as `1000`, `0.5`, `1e6`, `99.9%`, `250ms`, `1h` or `64KiB`"
    )
}

fn unfit(text: &str, what: &str, needed: &str, unit: &str) -> String {
    let found = if unit.is_empty() {
        "this metric has no unit".to_owned()
    } else {
        format!("the unit of this metric is `{unit}`")
    };
    format!(
        "`{text}` is {what}, and {found}; write a plain number, or give the metric `unit = \"{needed}\"`"
    )
}

/// A length of time as Prometheus reads it: whole numbers, the larger units first, each at most once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Length {
    pub(crate) millis: u64,
}

/// Units of lengths, in milliseconds.
const LENGTHS: [(&str, u64); 7] = [
    ("y", 31_536_000_000),
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// `text` as a length, if it is one.
pub(crate) fn length(text: &str) -> Option<Length> {
    let mut millis: u64 = 0;
    let mut larger: Option<usize> = None;
    for (digits, unit) in parts(text)? {
        let place = LENGTHS.iter().position(|(name, _)| *name == unit)?;
        if larger.is_some_and(|larger| larger >= place) {
            return None;
        }
        larger = Some(place);
        let (_, factor) = LENGTHS.get(place)?;
        let length = digits.parse::<u64>().ok()?.checked_mul(*factor)?;
        millis = millis.checked_add(length)?;
    }
    // what Prometheus counts in nanoseconds must be less than 293 years
    let is_short = millis <= i64::MAX.unsigned_abs() / 1_000_000;
    larger.filter(|_| is_short).map(|_| Length { millis })
}
