//! Numbers as people read them: by their unit, in a few digits. And text that cannot harm a terminal.

/// A number of this base unit.
pub(crate) fn quantity(number: f64, unit: &str) -> String {
    match unit {
        _ if !number.is_finite() => not_finite(number).to_owned(),
        "seconds" => seconds(number),
        "bytes" => bytes(number),
        "ratio" => format!("{} %", digits(number * 100.0)),
        "" => plain(number),
        unit => format!("{} {unit}", plain(number)),
    }
}

/// A growth of this base unit a second.
pub(crate) fn rate(number: f64, unit: &str) -> String {
    let unit = if unit == "ratio" { "" } else { unit };
    format!("{}/s", quantity(number, unit))
}

fn not_finite(number: f64) -> &'static str {
    match number {
        f64::INFINITY => "+Inf",
        f64::NEG_INFINITY => "-Inf",
        _ => "NaN",
    }
}

fn seconds(number: f64) -> String {
    let size = number.abs();
    let minutes = |number: f64| {
        format!(
            "{} min {:02} s",
            (number / 60.0) as i64,
            (size % 60.0) as u64
        )
    };
    let hours = |number: f64| {
        format!(
            "{} h {:02} min",
            (number / 3600.0) as i64,
            (size / 60.0 % 60.0) as u64
        )
    };
    match size {
        0.0 => "0 s".to_owned(),
        ..1e-6 => format!("{} ns", digits(number * 1e9)),
        ..1e-3 => format!("{} µs", digits(number * 1e6)),
        ..1.0 => format!("{} ms", digits(number * 1e3)),
        ..120.0 => format!("{} s", digits(number)),
        ..7200.0 => minutes(number),
        ..172_800.0 => hours(number),
        _ => format!("{} d", digits(number / 86_400.0)),
    }
}

fn bytes(number: f64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut scaled = number;
    let mut unit = 0;
    while scaled.abs() >= 1024.0 && unit + 1 < units.len() {
        scaled /= 1024.0;
        unit += 1;
    }
    format!("{} {}", digits(scaled), units[unit])
}

/// Whole numbers in full up to a billion, with their thousands apart.
fn plain(number: f64) -> String {
    let size = number.abs();
    if size >= 1e9 {
        let (scale, suffix) = if size < 1e12 { (1e9, "G") } else { (1e12, "T") };
        return if size < 1e15 {
            format!("{} {suffix}", digits(number / scale))
        } else {
            format!("{number:.3e}")
        };
    }
    if number.fract() != 0.0 && size < 1000.0 {
        return digits(number);
    }
    let whole = format!("{size:.0}");
    let mut text = if number < 0.0 {
        "-".to_owned()
    } else {
        String::new()
    };
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Three digits, more before the point if they are there.
fn digits(number: f64) -> String {
    let size = number.abs();
    match size {
        0.0 => "0".to_owned(),
        ..0.001 => format!("{number:.1e}"),
        ..1.0 => format!("{number:.3}"),
        ..10.0 => format!("{number:.2}"),
        ..100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// The text with characters that would move the cursor, or worse, written out.
pub(crate) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_by_their_unit() {
        for (number, unit, text) in [
            (0.0, "", "0"),
            (1234567.0, "", "1,234,567"),
            (-1234.0, "", "-1,234"),
            (12.345, "", "12.3"),
            (4.5e10, "", "45.0 G"),
            (1e300, "", "1.000e300"),
            (f64::NAN, "seconds", "NaN"),
            (0.00425, "seconds", "4.25 ms"),
            (3e-7, "seconds", "300 ns"),
            (90.0, "seconds", "90.0 s"),
            (200.0, "seconds", "3 min 20 s"),
            (7260.0, "seconds", "2 h 01 min"),
            (1536.0, "bytes", "1.50 KiB"),
            (512.0, "bytes", "512 B"),
            (0.984, "ratio", "98.4 %"),
            (2.5, "euros", "2.50 euros"),
        ] {
            assert_eq!(quantity(number, unit), text);
        }
        assert_eq!(rate(2048.0, "bytes"), "2.00 KiB/s");
    }

    #[test]
    fn what_would_move_the_cursor_is_written_out() {
        assert_eq!(printable("é\u{1b}[2J\n"), "é\\u{1b}[2J\\n");
    }
}
