//! The rules for units: spelt in full, in the plural, and base units only.
//! Used on `unit = "…"` and on the last word of metric names.

mod words;

use words::{LINTED, LINTED_PREFIXES, LINTED_SHORT, NO_UNITS, SCALED, SHORT, SHORT_IN_NAMES};

/// What is wrong with `unit = "unit"`; `scaled` says that units other than base units are allowed.
pub(crate) fn unit(unit: &str, scaled: bool) -> Result<(), String> {
    if unit.is_empty() {
        return Err(
            "`unit = \"\"` is empty; leave it out, or write `unit = \"seconds\"`".to_owned(),
        );
    }
    if let Some(full) = look_up(&SHORT, &unit.to_lowercase()) {
        let mend = if scaled { full } else { base_of(full) };
        return Err(format!(
            "`unit = \"{unit}\"` is short for {full}; write `unit = \"{mend}\"`"
        ));
    }
    if let Some(base) = look_up(&SCALED, unit).filter(|_| !scaled) {
        return Err(format!(
            "`unit = \"{unit}\"` is not a base unit; write `unit = \"{base}\"`, or `allow(base_unit)` beside it"
        ));
    }
    let word = |c: u8| c.is_ascii_lowercase() || c == b'_';
    if !unit.bytes().all(word) || unit.starts_with('_') || unit.ends_with('_') {
        return Err(format!(
            "`unit = \"{unit}\"` is not a unit; write it in full, in lower case and in the plural: `unit = \"seconds\"`"
        ));
    }
    if let Some(word) = unit.split('_').find(|word| NO_UNITS.contains(word)) {
        return Err(format!(
            "`unit = \"{unit}\"`: `{word}` is no unit, but says of what kind a series is; leave it out, or write a unit: `unit = \"seconds\"`"
        ));
    }
    // the name goes on with it
    if let Some((word, base)) = scaled_word(unit, true).filter(|_| !scaled) {
        return Err(format!(
            "the word `{word}` in `unit = \"{unit}\"` is not a base unit; write `{base}` or another word, or `allow(base_unit)` beside it"
        ));
    }
    Ok(())
}

/// The last word of `name` where it is a base unit, and not the last word of `unit`. A ratio may be one of anything.
pub(crate) fn other_ending<'n>(name: &'n str, unit: &str) -> Option<&'n str> {
    let stem = name.strip_suffix("_total").unwrap_or(name);
    let last = stem.rsplit('_').next()?;
    let is_base = |(_, base): &(&str, &str)| *base == last;
    let is_unit = SCALED.iter().any(is_base) || LINTED.iter().any(is_base);
    (is_unit && unit != "ratio" && !ends_in(stem, unit)).then_some(last)
}

/// The last word of `name` where it is a unit other than a base unit, and the base unit.
pub(crate) fn scaled_ending(name: &str) -> Option<(&str, &'static str)> {
    let stem = name.strip_suffix("_total").unwrap_or(name);
    let (_, last) = stem.rsplit_once('_')?;
    if SHORT_IN_NAMES.contains(&last) {
        return Some((last, base_of(look_up(&SHORT, last)?)));
    }
    Some((last, look_up(&SCALED, last)?))
}

/// The first word of `name` that promtool refuses as a unit, and the base unit. `continued` says that the name stands
/// behind a `_`.
pub(crate) fn scaled_word(name: &str, continued: bool) -> Option<(&str, &'static str)> {
    let mut units = name.split('_').filter_map(|word| {
        let with_prefix = LINTED_PREFIXES.iter();
        let mut with_prefix = with_prefix.filter_map(|p| look_up(&LINTED, word.strip_prefix(p)?));
        Some((word, look_up(&LINTED, word).or_else(|| with_prefix.next())?))
    });
    // it looks at the first unit alone, so that `seconds_per_day` passes
    let unit = units.next().filter(|(word, base)| word != base);
    let words = name.split('_').skip(usize::from(!continued));
    let mut short = words.filter(|word| LINTED_SHORT.contains(word));
    unit.or_else(|| {
        let word = short.next()?;
        Some((word, base_of(look_up(&SHORT, word)?)))
    })
}

/// Whether `name`, less a `_total`, is `unit` or ends in `_unit`.
pub(crate) fn ends_in(name: &str, unit: &str) -> bool {
    let stem = name.strip_suffix("_total").unwrap_or(name);
    let before = stem.strip_suffix(unit);
    before.is_some_and(|before| before.is_empty() || before.ends_with('_'))
}

fn base_of(full: &'static str) -> &'static str {
    look_up(&SCALED, full).unwrap_or(full)
}

fn look_up(table: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    let found = table.iter().find(|(known, _)| *known == word)?;
    Some(found.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_units_and_own_words_pass() {
        for good in [
            "seconds",
            "bytes",
            "ratio",
            "celsius",
            "requests",
            "light_years",
        ] {
            assert_eq!(unit(good, false), Ok(()));
        }
        assert_eq!(unit("milliseconds", true), Ok(()));
    }

    #[test]
    fn the_base_unit_is_named() {
        let mend = |bad, scaled| unit(bad, scaled).expect_err(bad);
        assert!(mend("milliseconds", false).contains("write `unit = \"seconds\"`"));
        assert!(mend("percent", false).contains("write `unit = \"ratio\"`"));
        assert!(mend("ms", false).contains("write `unit = \"seconds\"`"));
        assert!(mend("ms", true).contains("write `unit = \"milliseconds\"`"));
        assert!(mend("KB", false).contains("write `unit = \"bytes\"`"));
        assert!(mend("Seconds", false).contains("in lower case"));
        assert!(mend("", false).contains("is empty"));
        for percent in ["%", "per cent", "per_cent"] {
            assert!(mend(percent, false).contains("write `unit = \"ratio\"`"));
        }
    }

    #[test]
    fn a_unit_says_nothing_of_the_kind_and_has_no_scaled_word() {
        for bad in NO_UNITS {
            assert!(unit(bad, true).is_err(), "{bad}");
            assert!(unit(&format!("seconds_{bad}"), true).is_err(), "{bad}");
        }
        for bad in ["kilobytes_per_second", "ms_per_request", "minutes_ago"] {
            assert!(unit(bad, false).is_err(), "{bad}");
            assert_eq!(unit(bad, true), Ok(()));
        }
        assert_eq!(unit("bytes_per_second", false), Ok(()));
    }

    #[test]
    fn a_name_in_another_unit_is_found() {
        assert_eq!(other_ending("latency_bytes", "seconds"), Some("bytes"));
        assert_eq!(other_ending("bytes_total", "seconds"), Some("bytes"));
        for (name, unit) in [
            ("latency_seconds", "seconds"),
            ("latency", "seconds"),
            ("compressed_bytes", "ratio"),
            ("bytes_per_second", "bytes_per_second"),
        ] {
            assert_eq!(other_ending(name, unit), None, "{name}");
        }
    }

    #[test]
    fn names_end_in_units_only_where_a_word_does() {
        assert_eq!(scaled_ending("latency_ms"), Some(("ms", "seconds")));
        assert_eq!(
            scaled_ending("sent_kilobytes_total"),
            Some(("kilobytes", "bytes"))
        );
        for good in [
            "latency_seconds",
            "pool_min",
            "plan_b",
            "ms",
            "alarms",
            "days",
        ] {
            assert_eq!(scaled_ending(good), None, "{good}");
        }
    }

    #[test]
    fn words_that_promtool_refuses_are_found() {
        assert_eq!(
            scaled_word("hours_watched", false),
            Some(("hours", "seconds"))
        );
        assert_eq!(scaled_word("days", false), Some(("days", "seconds")));
        assert_eq!(
            scaled_word("kibibits_sent", false),
            Some(("kibibits", "bytes"))
        );
        assert_eq!(scaled_word("sent_ms_total", false), Some(("ms", "seconds")));
        assert_eq!(scaled_word("ms_left", true), Some(("ms", "seconds")));
        assert_eq!(scaled_word("plan_b", false), Some(("b", "bytes")));
        for good in [
            "seconds_per_days",
            "ms_left",
            "pool_min",
            "latency_seconds",
            "metres",
            "alarms",
        ] {
            assert_eq!(scaled_word(good, false), None, "{good}");
        }
    }

    #[test]
    fn every_short_form_in_names_is_known() {
        for short in SHORT_IN_NAMES.into_iter().chain(LINTED_SHORT) {
            assert!(look_up(&SHORT, short).is_some(), "{short}");
        }
    }

    #[test]
    fn a_name_may_carry_its_unit() {
        assert!(ends_in("sent_bytes_total", "bytes") && ends_in("bytes", "bytes"));
        assert!(!ends_in("megabytes", "bytes") && !ends_in("sent", "bytes"));
    }
}
