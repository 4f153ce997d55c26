//! All artefacts as files: what is called how.

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
const RULES: &str = "rules.yml";

pub(super) fn files(artifacts: &Artifacts) -> Result<Vec<Artifact>, Error> {
    let Artifacts {
        declarations,
        settings,
        ..
    } = artifacts;
    let mut files = vec![
        ("alertmanager.yml", super::alertmanager::route(settings)),
        ("catalog.json", artifacts.catalog_json()),
        ("catalog.md", artifacts.catalog_markdown()),
        ("dashboard.json", artifacts.dashboard()?),
        (
            "prometheus.yml",
            super::scrape_config::scrape_config(declarations, settings)?,
        ),
        (RULES, artifacts.rules()?),
        ("rules.test.yml", artifacts.rule_tests(RULES)?),
    ]
    .into_iter()
    .map(|(path, content)| Artifact {
        path: path.to_owned(),
        content,
    })
    .collect::<Vec<_>>();
    files.extend(super::kubernetes::manifests(artifacts)?);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}
