//! Whether a label has the value that is asked for.

use regex_lite::Regex;

/// Whether it has; `None` if what is asked is not to be understood.
pub(in super::super) fn matches(operator: &str, asked: &str, value: &str) -> Option<bool> {
    // as in Prometheus, a regular expression is for the whole value
    let whole = || Some(Regex::new(&format!("^(?s:{asked})$")).ok()?.is_match(value));
    match operator {
        "=" => Some(value == asked),
        "!=" => Some(value != asked),
        "=~" => whole(),
        "!~" => whole().map(|it_does| !it_does),
        _ => None,
    }
}

#[test]
fn expressions_are_for_the_whole_value() {
    assert_eq!(matches("=~", "error|panic", "panic"), Some(true));
    assert_eq!(matches("=~", "error|panic", "panics"), Some(false));
    assert_eq!(matches("!~", "1|1[.]0", "1.0"), Some(false));
    assert_eq!(matches("=~", "(", "1"), None);
}
