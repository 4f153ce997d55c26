//! Which settings cannot be: the rules of Prometheus and of Kubernetes for names, labels and intervals. All of them are
//! looked at whatever is generated, so that what passes once passes for every artefact.

use std::collections::BTreeSet;
use std::time::Duration;

use metrics_core::Declarations;

use super::Settings;
use crate::artifacts::families::has_label;

/// A name of Kubernetes has at most 63 characters, and ours get an ending: that of the Service is the longest.
const MAX_NAME: usize = 63 - "-metrics".len();

/// Labels that Prometheus gives or reads itself, on which rules and dashboards rely.
const OF_PROMETHEUS: [&str; 4] = ["job", "instance", "le", "quantile"];

/// Labels of the manifests that are ours.
const OF_MANIFESTS: [&str; 2] = ["app.kubernetes.io/name", "grafana_dashboard"];

/// More often is no use, and at the other end the rates over five minutes need two samples.
const INTERVALS: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(120);

impl Settings {
    /// A sentence for each setting that cannot be.
    pub(crate) fn check(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if !is_name(&self.name) {
            mistakes.push(format!(
                "`name({:?})` names the job and the manifests; use letters, digits, `-`, `_` and `.`, at most {MAX_NAME}, \
                 with a letter first and a letter or a digit last",
                self.name
            ));
        }
        if let Some(namespace) = &self.namespace
            && !is_dns_label(namespace)
        {
            mistakes.push(format!(
                "`namespace({namespace:?})` is no namespace of Kubernetes; use lower-case letters, digits and `-`, at most \
                 63, with a letter or a digit first and last"
            ));
        }
        if self.port == 0 {
            mistakes.push(
                "`port(0)` is any free port, which no scrape finds; name the one that is served"
                    .to_owned(),
            );
        }
        if !is_path(&self.path) {
            mistakes.push(format!(
                "`path({:?})` is no path of a URL; begin it with `/` and leave out spaces, quotes, `?` and `#`",
                self.path
            ));
        }
        self.check_interval(&mut mistakes);
        self.check_target_labels(&mut mistakes);
        self.check_kubernetes_labels(&mut mistakes);
        if !is_label_name(&self.target_down) {
            mistakes.push(format!(
                "`target_down_alert({:?})` is no name of an alert; use letters, digits and `_`, with a letter first",
                self.target_down
            ));
        }
        mistakes
    }

    /// A sentence for each setting that cannot be with these declarations: Prometheus would rename the label that comes
    /// from the program to `exported_…`, and no rule and no panel would find it.
    pub(crate) fn clashes(&self, declarations: &Declarations) -> Vec<String> {
        let families = &declarations.families;
        let taken = |name: &str| families.iter().find(|family| has_label(family, name));
        let labels = self.target_labels.iter();
        let clashes = labels.filter_map(|(name, _)| Some((name, taken(name)?)));
        clashes
            .map(|(name, family)| {
                format!(
                    "`target_label({name:?}, …)` is a label of `{}` already, declared at {}; choose another name",
                    family.name(),
                    family.descriptor().source()
                )
            })
            .collect()
    }

    fn check_interval(&self, mistakes: &mut Vec<String>) {
        let interval = self.scrape_interval;
        let is_whole = interval.subsec_nanos().is_multiple_of(1_000_000);
        if !INTERVALS.contains(&interval) || !is_whole {
            mistakes.push(format!(
                "`scrape_interval({interval:?})` is not between 1s and 2m in whole milliseconds; the least is the shortest \
                 that rules are made for, and with more than 2m a rate over 5m has too few samples"
            ));
        }
    }

    fn check_target_labels(&self, mistakes: &mut Vec<String>) {
        let mut seen = BTreeSet::new();
        for (name, value) in &self.target_labels {
            let label = format!("`target_label({name:?}, {value:?})`");
            if !is_label_name(name) {
                mistakes.push(format!(
                    "{label} has no name of a label; use letters, digits and `_`, with no digit first and not `__`"
                ));
            } else if OF_PROMETHEUS.contains(&name.as_str()) {
                mistakes.push(format!(
                    "{label} would replace a label that Prometheus gives; choose another name"
                ));
            }
            if value.is_empty() || value.chars().any(char::is_control) {
                mistakes.push(format!(
                    "{label} has no value that can be seen; write some text in one line"
                ));
            }
            if !seen.insert(name) {
                mistakes.push(format!("{label} is there twice; leave one out"));
            }
        }
    }

    fn check_kubernetes_labels(&self, mistakes: &mut Vec<String>) {
        let mut seen = BTreeSet::new();
        for (name, value) in &self.kubernetes_labels {
            let label = format!("`kubernetes_label({name:?}, {value:?})`");
            if !is_label_key(name) {
                mistakes.push(format!(
                    "{label} has no name of a label of Kubernetes; use letters, digits, `-`, `_` and `.`, at most 63, with \
                     a letter or a digit first and last, and before that a domain and `/` if you like"
                ));
            } else if OF_MANIFESTS.contains(&name.as_str()) {
                mistakes.push(format!(
                    "{label} is set by the manifests themselves; leave it out"
                ));
            }
            if !value.is_empty() && !is_qualified(value) {
                mistakes.push(format!(
                    "{label} has no value of a label of Kubernetes; use letters, digits, `-`, `_` and `.`, at most 63, with \
                     a letter or a digit first and last"
                ));
            }
            if !seen.insert(name) {
                mistakes.push(format!("{label} is there twice; leave one out"));
            }
        }
    }
}

/// Whether it is a value of a label as it stands, and with `-` for other signs the beginning of a Service's name.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && is_qualified(name)
        && name.len() <= MAX_NAME
}

/// What Kubernetes calls a qualified name, as names and values of labels are.
fn is_qualified(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_alphanumeric();
    text.len() <= 63
        && text.starts_with(is_end)
        && text.ends_with(is_end)
        && text.chars().all(|c| is_end(c) || "-_.".contains(c))
}

fn is_dns_label(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= 63
        && text.starts_with(is_end)
        && text.ends_with(is_end)
        && text.chars().all(|c| is_end(c) || c == '-')
}

fn is_label_key(key: &str) -> bool {
    let (prefix, name) = key.split_once('/').unwrap_or(("a", key));
    is_qualified(name) && prefix.len() <= 253 && prefix.split('.').all(is_dns_label)
}

/// Whether Prometheus takes it for a target; names that begin with `__` are gone after relabelling.
fn is_label_name(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && !name.starts_with("__") && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_path(path: &str) -> bool {
    let is_taken = |c: char| c.is_ascii_graphic() && !"?#\"<>\\^`{|}".contains(c);
    path.starts_with('/') && path.chars().all(is_taken)
}

#[cfg(test)]
mod tests;
