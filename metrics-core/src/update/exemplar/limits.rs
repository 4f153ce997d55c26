//! Which labels an exemplar may have.
//! OpenMetrics 1.0 says it; what a scraper would refuse is not kept.

use crate::declare::is_label_name;
use crate::update::labels::push_label;

/// The most Unicode characters of all names and values together, by the section "Exemplars" of OpenMetrics 1.0.
const MAX_CHARS: usize = 128;

/// The labels that are to be kept: legal names, none of them twice, and short enough together. What has no value is
/// left out, as it is of a series.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fitting<'a>(&'a [(&'a str, &'a str)]);

impl<'a> Fitting<'a> {
    /// These labels, if there are any and they fit.
    pub(super) fn new(labels: &'a [(&'a str, &'a str)]) -> Option<Self> {
        let fitting = Self(labels);
        let mut chars = 0;
        for (place, (name, value)) in fitting.present().enumerate() {
            let repeated = fitting
                .present()
                .take(place)
                .any(|(other, _)| other == name);
            // names that begin so are for the monitoring system itself
            if repeated || !is_label_name(name) || name.starts_with("__") {
                return None;
            }
            // no text of so few characters has more bytes, so a long one need not be counted
            if name.len() + value.len() > 4 * MAX_CHARS {
                return None;
            }
            chars += name.chars().count() + value.chars().count();
        }
        (1..=MAX_CHARS).contains(&chars).then_some(fitting)
    }

    fn present(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .copied()
            .filter(|(_, value)| !value.is_empty())
    }

    /// Puts the labels in the place of what stands in `text`.
    pub(super) fn render(self, text: &mut String) {
        text.clear();
        for (name, value) in self.present() {
            push_label(text, name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(labels: &[(&str, &str)]) -> Option<String> {
        let mut text = String::from("of the one before");
        Fitting::new(labels)?.render(&mut text);
        Some(text)
    }

    #[test]
    fn labels_are_rendered_as_those_of_a_series() {
        let labels = [("trace_id", "a\"b"), ("none", ""), ("span_id", "é")];
        let text = r#"trace_id="a\"b",span_id="é""#;
        assert_eq!(rendered(&labels).as_deref(), Some(text));
    }

    #[test]
    fn as_many_characters_as_openmetrics_allows() {
        // each of four bytes; the name is one of the characters
        let longest = "\u{1F980}".repeat(127);
        assert!(rendered(&[("a", &longest)]).is_some());
        assert_eq!(rendered(&[("ab", &longest)]), None);
        assert_eq!(rendered(&[("a", &longest[4..]), ("b", "c")]), None);
        assert_eq!(rendered(&[("a", &"a".repeat(1 << 20))]), None);
    }

    #[test]
    fn names_are_legal_and_different() {
        for name in ["", "trace-id", "1", "a b", "__name__", "é", "a\"b"] {
            assert_eq!(rendered(&[(name, "x")]), None, "{name:?}");
        }
        assert_eq!(rendered(&[("a", "1"), ("a", "1")]), None);
        assert_eq!(
            rendered(&[("a", ""), ("a", "1")]).as_deref(),
            Some("a=\"1\"")
        );
    }

    #[test]
    fn labels_that_tell_nothing_are_none() {
        assert_eq!(rendered(&[]), None);
        assert_eq!(rendered(&[("trace_id", "")]), None);
    }
}
