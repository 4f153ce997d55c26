//! The rules that names obey: metric names, prefixes and label names.
//! Each rule gives the mend; the spans are those of whoever asks. Units are in `unit`.

use crate::case::snake;

/// Endings that the text format gives to the series of histograms and counters.
const RESERVED_ENDINGS: [&str; 4] = ["_bucket", "_count", "_sum", "_created"];

/// The longest family name; `metrics_core::MAX_NAME_LEN`.
pub(crate) const MAX_LEN: usize = 128;

/// What is wrong with `name` as a metric name or a part of one.
///
/// `written` shows a name as the user would write it: in the attribute, or plainly for a field.
pub(crate) fn metric_name(name: &str, written: impl Fn(&str) -> String) -> Result<(), String> {
    let shown = written(name);
    if name.is_empty() {
        return Err(format!(
            "`{shown}` is empty; leave it out, or write `{}`",
            written("some_name")
        ));
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(format!(
            "`{shown}`: a metric name cannot start with a digit; write `{}`",
            written(&format!("n{name}"))
        ));
    }
    if name.contains(':') {
        return Err(format!(
            "`{shown}`: a `:` is for the names of recording rules; write `{}`",
            written(&name.replace("::", "_").replace(':', "_"))
        ));
    }
    if !name.is_ascii() {
        return Err(format!(
            "`{shown}`: a metric name has only the letters `a` to `z`, digits and `_`"
        ));
    }
    if name.starts_with('_') || name.ends_with('_') {
        return Err(format!(
            "`{shown}`: a metric name has no `_` at its ends, where a prefix or a suffix brings its own; write `{}`",
            written(&mended(name))
        ));
    }
    if !name
        .bytes()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
    {
        return Err(format!(
            "`{shown}`: metric names are in snake_case; write `{}`",
            written(&mended(name))
        ));
    }
    Ok(())
}

fn mended(name: &str) -> String {
    let mended = snake(name);
    if mended.is_empty() {
        "some_name".to_owned()
    } else {
        mended
    }
}

/// The ending of `name` that belongs to the series of histograms and counters, if it has one.
pub(crate) fn reserved_ending(name: &str) -> Option<&'static str> {
    RESERVED_ENDINGS
        .into_iter()
        .find(|ending| name.ends_with(ending))
}

/// What is wrong with `name` as a label name.
pub(crate) fn label_name(name: &str) -> Result<(), String> {
    let letter = |c: u8| c.is_ascii_alphabetic() || c == b'_';
    let word = match name.as_bytes() {
        [] => false,
        [first, rest @ ..] => {
            letter(*first) && rest.iter().all(|c| letter(*c) || c.is_ascii_digit())
        }
    };
    if !word {
        let mut mend = snake(name);
        if !mend.starts_with(|c: char| c.is_ascii_alphabetic()) || !mend.is_ascii() {
            mend = "some_name".to_owned();
        }
        return Err(format!(
            "`{name}` is not a label name, which has only letters, digits and `_`, and no digit at its start; write `{mend}`"
        ));
    }
    if name.starts_with("__") {
        return Err(format!(
            "`{name}`: Prometheus keeps label names that start with `__` for itself; write `{}`",
            without_underscores(name)
        ));
    }
    let pairs = name.as_bytes().windows(2);
    let mut pairs = pairs.filter_map(<[u8]>::first_chunk);
    if pairs.any(|[a, b]| a.is_ascii_lowercase() && b.is_ascii_uppercase()) {
        return Err(format!(
            "`{name}`: label names are in snake_case; write `{}`",
            snake(name)
        ));
    }
    match name {
        "le" => Err(
            "`le` is the label of histogram buckets; name this one otherwise: `#[label(name = \"limit\")]`"
                .to_owned(),
        ),
        "quantile" => Err(
            "`quantile` is the label of summaries; name this one otherwise: `#[label(name = \"share\")]`"
                .to_owned(),
        ),
        _ => Ok(()),
    }
}

fn without_underscores(name: &str) -> &str {
    match name.trim_matches('_') {
        word if word.starts_with(|c: char| c.is_ascii_alphabetic()) => word,
        _ => "some_name",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mend_of(name: &str) -> String {
        metric_name(name, str::to_owned).expect_err(name)
    }

    #[test]
    fn metric_names_are_snake_case() {
        for good in ["a", "http_2xx", "llm_requests_total", "x1"] {
            assert_eq!(metric_name(good, str::to_owned), Ok(()));
        }
        assert!(mend_of("chatBox").ends_with("write `chat_box`"));
        assert!(mend_of("chat-box").ends_with("write `chat_box`"));
        assert!(mend_of("2xx").ends_with("write `n2xx`"));
        assert!(mend_of("app::x").ends_with("write `app_x`"));
        assert!(mend_of("app_").ends_with("write `app`"));
        assert!(mend_of("_").ends_with("write `some_name`"));
        assert!(mend_of("").contains("is empty"));
        assert!(mend_of("größe").contains("only the letters"));
    }

    #[test]
    fn the_mend_shows_the_attribute() {
        let written = |name: &str| format!("prefix = {name:?}");
        assert_eq!(
            metric_name("App", written),
            Err(
                "`prefix = \"App\"`: metric names are in snake_case; write `prefix = \"app\"`"
                    .to_owned()
            )
        );
    }

    #[test]
    fn endings_of_series_are_reserved() {
        assert_eq!(reserved_ending("jobs_count"), Some("_count"));
        assert_eq!(reserved_ending("jobs_counted"), None);
        assert_eq!(reserved_ending("count"), None);
    }

    #[test]
    fn label_names_follow_the_format() {
        for good in ["a", "_a", "type", "A1"] {
            assert_eq!(label_name(good), Ok(()));
        }
        for bad in [
            "",
            "1a",
            "a-b",
            "a:b",
            "é",
            "__name__",
            "le",
            "quantile",
            "statusCode",
        ] {
            assert!(label_name(bad).is_err(), "{bad}");
        }
        for bad in ["__", "__1"] {
            let mend = label_name(bad).expect_err(bad);
            assert!(mend.ends_with("write `some_name`"), "{mend}");
        }
    }
}
