//! The job of a Prometheus that finds pods itself, without the Prometheus Operator, by annotations which are a convention of
//! many of its configurations.

use metrics_core::Declarations;

use super::{declared_labels, honored, how};
use crate::Error;
use crate::artifacts::settings::Settings;
use crate::artifacts::yaml::{Yaml, origin};

/// The annotations: scrape, port, path and scheme.
pub(crate) const ANNOTATIONS: [&str; 4] = [
    "prometheus.io/scrape",
    "prometheus.io/port",
    "prometheus.io/path",
    "prometheus.io/scheme",
];

/// What the job's targets are labelled with, by what Prometheus knows of a pod.
const OF_TARGET: [(&str, &str); 3] = [
    ("__meta_kubernetes_namespace", "namespace"),
    ("__meta_kubernetes_pod_name", "pod"),
    ("__meta_kubernetes_pod_node_name", "node"),
];

/// A `prometheus.yml` whose one job finds the pods of this service.
pub(crate) fn scrape_config_of_pods(
    declarations: &Declarations,
    settings: &Settings,
) -> Result<String, Error> {
    let mistakes = [settings.check(), settings.clashes(declarations)].concat();
    if !mistakes.is_empty() {
        return Err(Error::Artifacts(mistakes));
    }
    let mut job = vec![("job_name", Yaml::from(settings.name.as_str()))];
    job.extend(how(declarations, settings));
    let own = declared_labels(declarations, &OF_TARGET.map(|(_, label)| label));
    if !own.is_empty() {
        job.push(("honor_labels", Yaml::plain(true).remarked(honored(&own))));
    }
    let mut discovery = vec![("role", Yaml::from("pod"))];
    if let Some(namespace) = &settings.namespace {
        let names = Yaml::list([Yaml::from(namespace.as_str())]);
        discovery.push(("namespaces", Yaml::map([("names", names)])));
    }
    job.push(("kubernetes_sd_configs", Yaml::list([Yaml::map(discovery)])));
    job.push(("relabel_configs", Yaml::list(relabelings(settings))));
    let head = format!(
        "{}\nFor a Prometheus in the cluster, without the Prometheus Operator: take the job over into its configuration.\n\
         It scrapes the pods that have the annotations of pod-annotations.yaml and the label app.kubernetes.io/name.",
        origin(&settings.name)
    );
    let document = Yaml::map([("scrape_configs", Yaml::list([Yaml::map(job)]))]);
    Ok(document.remarked(head).document())
}

fn relabelings(settings: &Settings) -> Vec<Yaml> {
    let [scrape, port, path, scheme] = ANNOTATIONS.map(|name| meta("annotation", name));
    let label = meta("label", "app.kubernetes.io/name");
    let name = settings.name.replace('.', "[.]");
    let mut all = vec![
        rule("keep", &[&scrape], &[("regex", "true")]),
        rule("keep", &[&label], &[("regex", &name)]),
        rule(
            "drop",
            &["__meta_kubernetes_pod_phase"],
            &[("regex", "Pending|Succeeded|Failed|Completed")],
        ),
        rule(
            "replace",
            &["__address__", &port],
            &[
                // the address may have a port already, and that of IPv6 has colons
                ("regex", r"(.+?)(?::\d+)?;(\d+)"),
                ("replacement", "$1:$2"),
                ("target_label", "__address__"),
            ],
        ),
        rule(
            "replace",
            &[&path],
            &[("regex", "(.+)"), ("target_label", "__metrics_path__")],
        ),
        rule(
            "replace",
            &[&scheme],
            &[("regex", "(https?)"), ("target_label", "__scheme__")],
        ),
    ];
    for (from, to) in OF_TARGET {
        all.push(rule("replace", &[from], &[("target_label", to)]));
    }
    for (name, value) in &settings.target_labels {
        let value = replacement(value);
        all.push(rule(
            "replace",
            &[],
            &[("replacement", &value), ("target_label", name)],
        ));
    }
    all
}

/// A value as it is written where `$1` is what a pattern found.
pub(crate) fn replacement(value: &str) -> String {
    value.replace('$', "$$")
}

fn rule(action: &str, sources: &[&str], more: &[(&str, &str)]) -> Yaml {
    let mut pairs = vec![("action", Yaml::from(action))];
    if !sources.is_empty() {
        let sources = sources.iter().map(|source| Yaml::from(*source));
        pairs.push(("source_labels", Yaml::list(sources)));
    }
    pairs.extend(more.iter().map(|(key, value)| (*key, Yaml::from(*value))));
    Yaml::map(pairs)
}

/// What Prometheus calls an annotation or a label of a pod while it looks for targets.
fn meta(what: &str, name: &str) -> String {
    let name = name.replace(['.', '/'], "_");
    format!("__meta_kubernetes_pod_{what}_{name}")
}
