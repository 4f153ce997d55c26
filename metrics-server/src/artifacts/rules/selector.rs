//! Selectors of PromQL that are put together of names which only the program knows.

use std::fmt;

/// A series' name and what is asked of its labels.
#[derive(Clone, Debug)]
pub(super) struct Selector {
    metric: String,
    /// Label, operator, value.
    matchers: Vec<(String, &'static str, String)>,
}

impl Selector {
    pub(super) fn new(metric: impl Into<String>) -> Self {
        Self {
            metric: metric.into(),
            matchers: Vec::new(),
        }
    }

    /// The same that also asks this.
    pub(super) fn with(mut self, label: &str, operator: &'static str, value: &str) -> Self {
        let matcher = (label.to_owned(), operator, value.to_owned());
        self.matchers.push(matcher);
        self
    }

    /// The same with these values.
    pub(super) fn with_all(self, labels: &[(String, String)]) -> Self {
        let with = |all: Self, (label, value): &(String, String)| all.with(label, "=", value);
        labels.iter().fold(self, with)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.metric)?;
        for (place, (label, operator, value)) in self.matchers.iter().enumerate() {
            let before = if place > 0 { ", " } else { "{" };
            let value = value
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            write!(f, "{before}{label}{operator}\"{value}\"")?;
        }
        if !self.matchers.is_empty() {
            f.write_str("}")?;
        }
        Ok(())
    }
}

/// A regular expression of Prometheus for one of these texts, which are numbers or words: a point is the only character
/// of theirs that means something else, and in brackets it needs no backslash, of which YAML would want two.
pub(super) fn one_of(texts: &[impl AsRef<str>]) -> String {
    let literal = |text: &str| text.replace('.', "[.]").replace('+', "[+]");
    let texts: Vec<_> = texts.iter().map(|text| literal(text.as_ref())).collect();
    texts.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_what_prometheus_reads() {
        let all = Selector::new("calls_total");
        assert_eq!(all.to_string(), "calls_total");
        let some = all
            .with_all(&[("function".to_owned(), "a \"b\\\n".to_owned())])
            .with("le", "=~", &one_of(&["1e6", "1e+06", "1.0"]));
        let expected = r#"calls_total{function="a \"b\\\n", le=~"1e6|1e[+]06|1[.]0"}"#;
        assert_eq!(some.to_string(), expected);
    }
}
