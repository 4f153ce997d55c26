//! All artefacts as files: what is called how.

use metrics_core::Registry;

use super::Artifacts;
use crate::Error;

/// A file that was generated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Artifact {
    /// Its path below the folder of all, with `/` between the parts: `dashboard.json`, `kubernetes/service.yaml`.
    pub path: String,
    /// What is in it.
    pub content: String,
}

/// The rules, as their tests call them.
pub(super) const RULES: &str = "rules.yml";

/// Files that some programs have, and others do not: what is left over when a program has one no longer.
pub(super) const OCCASIONAL: &[&str] = &[
    "kubernetes/horizontal-pod-autoscaler.yaml",
    "kubernetes/by-hand/prometheus-adapter.yaml",
];

/// Whether a file of YAML says in its first line that it is ours: one of the same name may have been written by hand.
pub(super) fn is_generated(content: &[u8]) -> bool {
    content.starts_with(b"# Generated from the metric declarations")
}

/// All of them, or everything that is wrong with any.
pub(super) fn files(artifacts: &Artifacts) -> Result<Vec<Artifact>, Error> {
    let Artifacts {
        registry,
        declarations,
        settings,
    } = artifacts;
    let texts = [
        ("alertmanager.yml", Ok(super::alertmanager::route(settings))),
        ("catalog.json", Ok(artifacts.catalog_json())),
        ("catalog.md", Ok(artifacts.catalog_markdown())),
        ("dashboard.json", artifacts.dashboard()),
        (
            "prometheus.yml",
            super::scrape_config::scrape_config(declarations, settings),
        ),
        (RULES, artifacts.rules()),
        ("rules.test.yml", artifacts.rule_tests(RULES)),
    ];
    let mut files = Vec::new();
    // a program with these does not start, and what is generated would leave one of the two out
    let mut mistakes = clashes(registry);
    for (path, text) in texts {
        match text {
            Ok(content) => files.push(Artifact {
                path: path.to_owned(),
                content,
            }),
            Err(error) => mistakes.extend(sentences(error)),
        }
    }
    match super::kubernetes::manifests(artifacts) {
        Ok(manifests) => files.extend(manifests),
        Err(error) => mistakes.extend(sentences(error)),
    }
    if mistakes.is_empty() {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        return Ok(files);
    }
    // what is wrong with the rules is wrong with their tests and manifests too
    let mut told: Vec<String> = Vec::new();
    for mistake in mistakes {
        if !told.contains(&mistake) {
            told.push(mistake);
        }
    }
    Err(Error::Artifacts(told))
}

/// What cannot be exposed of what is declared.
fn clashes(registry: &Registry) -> Vec<String> {
    match registry.check() {
        Ok(()) => Vec::new(),
        Err(metrics_core::Error::Conflicts(all)) => all.iter().map(ToString::to_string).collect(),
        Err(other) => vec![other.to_string()],
    }
}

fn sentences(error: Error) -> Vec<String> {
    match error {
        Error::Artifacts(sentences) => sentences,
        other => vec![other.to_string()],
    }
}
