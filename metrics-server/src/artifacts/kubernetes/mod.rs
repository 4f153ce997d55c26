//! Manifests for Kubernetes and for the Prometheus Operator: a file an object. The folder can be applied as a whole, where
//! there is an operator; what is no manifest, or would do the same twice, lies in `by-hand`.

mod annotations;
mod autoscaler;
mod dashboard;
mod monitors;
mod rule;
mod service;
#[cfg(test)]
mod tests;

use super::Artifacts;
use super::files::Artifact;
use super::scrape_config::scrape_config_of_pods;
use super::settings::Settings;
use super::yaml::{Yaml, origin};
use crate::Error;

/// The port's name, in the Service and in the containers.
const PORT: &str = "metrics";

/// The label by which Services and monitors find pods and each other.
const NAME_LABEL: &str = "app.kubernetes.io/name";

/// All of them, below `kubernetes/`.
pub(crate) fn manifests(artifacts: &Artifacts) -> Result<Vec<Artifact>, Error> {
    let Artifacts {
        declarations,
        settings,
        ..
    } = artifacts;
    let (service_monitor, pod_monitor) = monitors::monitors(declarations, settings);
    let files = [
        ("service.yaml", Ok(Some(service::service(settings)))),
        ("service-monitor.yaml", Ok(Some(service_monitor))),
        ("by-hand/pod-monitor.yaml", Ok(Some(pod_monitor))),
        (
            "by-hand/pod-annotations.yaml",
            Ok(Some(annotations::patch(settings))),
        ),
        (
            "by-hand/prometheus.yml",
            scrape_config_of_pods(declarations, settings).map(Some),
        ),
        (
            "prometheus-rule.yaml",
            rule::prometheus_rule(declarations, settings).map(Some),
        ),
        (
            "dashboard-config-map.yaml",
            dashboard::config_map(artifacts).map(Some),
        ),
        (
            "horizontal-pod-autoscaler.yaml",
            autoscaler::autoscaler(declarations, settings),
        ),
        (
            "by-hand/prometheus-adapter.yaml",
            Ok(autoscaler::adapter_rules(declarations, settings)),
        ),
    ];
    let mut manifests = Vec::new();
    let mut mistakes = Vec::new();
    for (name, file) in files {
        match file {
            Ok(content) => manifests.extend(content.map(|content| Artifact {
                path: format!("kubernetes/{name}"),
                content,
            })),
            Err(Error::Artifacts(sentences)) => mistakes.extend(sentences),
            Err(other) => mistakes.push(other.to_string()),
        }
    }
    if mistakes.is_empty() {
        return Ok(manifests);
    }
    Err(Error::Artifacts(mistakes))
}

/// An object of Kubernetes as a file, under a head of comment that begins with where it comes from. `ending` is added to the
/// name.
fn object(
    settings: &Settings,
    (api, kind): (&str, &str),
    ending: &str,
    head: &str,
    body: (&str, Yaml),
) -> String {
    let labels = labels(settings);
    object_with_labels(settings, (api, kind), ending, labels, head, body)
}

/// The same with labels of its own.
fn object_with_labels(
    settings: &Settings,
    (api, kind): (&str, &str),
    ending: &str,
    labels: Vec<(String, Yaml)>,
    head: &str,
    body: (&str, Yaml),
) -> String {
    let name = format!("{}{ending}", settings.object_name());
    let mut metadata = vec![("name", Yaml::from(name))];
    if let Some(namespace) = &settings.namespace {
        metadata.push(("namespace", Yaml::from(namespace.as_str())));
    }
    metadata.push(("labels", Yaml::map(labels)));
    let (key, body) = body;
    let object = Yaml::map([
        ("apiVersion", Yaml::from(api)),
        ("kind", Yaml::from(kind)),
        ("metadata", Yaml::map(metadata)),
        (key, body),
    ]);
    headed(settings, head, object)
}

/// A document under a head of comment.
fn headed(settings: &Settings, head: &str, document: Yaml) -> String {
    let origin = origin(&settings.name);
    document.remarked(format!("{origin}\n{head}")).document()
}

/// The labels of every object.
fn labels(settings: &Settings) -> Vec<(String, Yaml)> {
    let mut labels = vec![(NAME_LABEL.to_owned(), Yaml::from(settings.name.as_str()))];
    for (name, value) in &settings.kubernetes_labels {
        labels.push((name.clone(), Yaml::from(value.as_str())));
    }
    labels
}

/// What chooses this service's pods, and its Service.
fn selector(settings: &Settings) -> Yaml {
    Yaml::map([(NAME_LABEL, Yaml::from(settings.name.as_str()))])
}

/// The options that a command of kubectl needs for the namespace.
fn namespace_option(settings: &Settings) -> String {
    let namespace = settings.namespace.iter();
    namespace
        .map(|name| format!(" --namespace {name}"))
        .collect()
}
