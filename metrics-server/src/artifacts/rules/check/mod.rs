//! What only generation can find wrong with an alert's expression: names of metrics, labels and values of which the
//! declaration cannot know whether they are there.

mod labels;
mod matchers;
mod series;

pub(super) use series::Series;

use metrics_core::{Alert, DeclaredFamily};

use super::mistakes::Mistakes;
use labels::Walk;

/// Checks the expression of `family`'s alert against all series that there are, and the labels that its texts name.
pub(super) fn check(
    family: &DeclaredFamily,
    alert: &'static Alert,
    series: &Series<'_>,
    mistakes: &mut Mistakes,
) {
    let mut walk = Walk::new(series, family.name());
    let has = walk.labels_of(&alert.expr);
    let mut found = walk.into_found();
    if let Some(has) = has {
        for text in [alert.summary, alert.description] {
            let unknown = labels_in(text).filter(|label| !has.contains(*label));
            found.extend(unknown.map(|label| {
                format!("`$labels.{label}` is empty, since no such label is left by the expression; keep it with `by (…)`, or leave it out")
            }));
        }
    }
    for what in found {
        mistakes.at(alert.source, format_args!("alert `{}`: {what}", alert.name));
    }
}

/// The labels that a template names.
fn labels_in(template: &str) -> impl Iterator<Item = &str> {
    template.split("$labels.").skip(1).map(|rest| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        &rest[..end]
    })
}

/// The one of `known` that was meant by `written`, if one is near enough.
fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = 1 + written.len() / 6;
    let near = |known: &'a str| (strsim::damerau_levenshtein(written, known), known);
    let nearest = known.into_iter().map(near).min()?;
    (nearest.0 <= far).then_some(nearest.1)
}

/// The mend that names what was meant, or else all that there is.
fn mend(written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("there is {}", quoted(known)),
    }
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
