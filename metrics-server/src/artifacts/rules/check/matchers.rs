//! What an expression asks of labels: whether a series has such a label, and whether it ever has such a value.

use metrics_core::promql::Matcher;
use metrics_core::{LabelValues, bound_texts};

use super::mend;
use super::series::Of;
use crate::artifacts::families::scraped_label;

/// What is wrong with a matcher on a series of a family that has the label.
pub(super) fn check_value(matcher: &Matcher, of: Of<'_>, series: &str) -> Option<String> {
    let asked = match matcher.operator {
        "=" | "!=" => vec![matcher.value.to_owned()],
        // what else a regular expression says is not looked into
        _ => alternatives(matcher.value)?,
    };
    let label = matcher.label;
    if label == "le" && of.suffix == "_bucket" {
        let wrong = asked.iter().find(|asked| !is_bound(asked, of))?;
        let bounds = of.family.descriptor().bounds().iter();
        let bounds: Vec<_> = bounds.map(f64::to_string).collect();
        return Some(format!(
            "`{series}` has no bucket with `le=\"{wrong}\"`; its bounds are {}, and +Inf",
            bounds.join(", ")
        ));
    }
    let values = values(label, of)?;
    let wrong = asked
        .iter()
        .find(|asked| !values.contains(&asked.as_str()))?;
    let mut known = values;
    known.retain(|value| !value.is_empty());
    Some(format!(
        "`{label}` of `{series}` never is `{wrong}`; {}",
        mend(wrong, &known)
    ))
}

/// The values that a label has, if they are known. Empty is a label that is not there.
fn values<'a>(label: &str, of: Of<'a>) -> Option<Vec<&'a str>> {
    let mut declared = of.family.descriptor().labels().iter();
    match declared.find(|declared| scraped_label(declared.name) == label) {
        Some(declared) => match declared.values {
            LabelValues::Finite(values) => Some(values.to_vec()),
            LabelValues::Optional(values) => Some([&[""], values].concat()),
            _ => None,
        },
        None if of
            .family
            .state_label()
            .is_some_and(|states| states == label) =>
        {
            let states = of.family.states();
            // before the set is registered they are not known
            (!states.is_empty()).then(|| states.iter().map(String::as_str).collect())
        }
        None => {
            let constant = of.family.constant_labels().iter();
            let values: Vec<_> = constant
                .filter(|(name, _)| scraped_label(name) == label)
                .map(|(_, value)| value.as_str())
                .collect();
            (!values.is_empty()).then_some(values)
        }
    }
}

fn is_bound(text: &str, of: Of<'_>) -> bool {
    let mut bounds = of.family.descriptor().bounds().iter();
    text == "+Inf" || bounds.any(|bound| bound_texts(*bound).iter().any(|known| known == text))
}

/// The texts that a regular expression is one of, if it is nothing but those.
fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let pattern = pattern
        .replace("[.]", "\0")
        .replace("\\.", "\0")
        .replace("[+]", "\u{1}")
        .replace("\\+", "\u{1}");
    let is_other = |c: char| ".*+?()[]{}^$\\".contains(c);
    let literal = |text: &str| text.replace('\0', ".").replace('\u{1}', "+");
    let texts = pattern.split('|').map(literal);
    (!pattern.contains(is_other)).then(|| texts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_texts_and_nothing_else() {
        let texts = |pattern| alternatives(pattern).unwrap_or_default();
        assert_eq!(texts("error|panic"), ["error", "panic"]);
        assert_eq!(texts("1|1[.]0|1e[+]06"), ["1", "1.0", "1e+06"]);
        assert_eq!(alternatives("err.*"), None);
        assert_eq!(alternatives("1.0"), None);
    }
}
