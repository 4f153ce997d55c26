//! ServiceMonitor and PodMonitor of the Prometheus Operator: the same scrape, found in two ways.

use metrics_core::Declarations;

use super::{NAME_LABEL, PORT, object, selector};
use crate::artifacts::length::for_prometheus;
use crate::artifacts::scrape_config::{LIMITS, Limits, declared_labels, honored, replacement};
use crate::artifacts::settings::Settings;
use crate::artifacts::yaml::Yaml;

const API: &str = "monitoring.coreos.com/v1";

/// What the operator labels targets with, beside `job` and `instance`.
const OF_TARGET: [&str; 5] = ["namespace", "service", "pod", "container", "endpoint"];

/// The two, of which a user applies one.
pub(super) fn monitors(declarations: &Declarations, settings: &Settings) -> (String, String) {
    let limits = Limits::of(declarations, settings.target_labels.len());
    let monitor = |kind, endpoints, head| {
        let mut spec = vec![
            // the job is called as the rules have it
            ("jobLabel", Yaml::from(NAME_LABEL)),
            ("selector", Yaml::map([("matchLabels", selector(settings))])),
        ];
        spec.extend(limited(limits));
        spec.push((endpoints, Yaml::list([endpoint(declarations, settings)])));
        object(settings, (API, kind), "", head, ("spec", Yaml::map(spec)))
    };
    let service_monitor = monitor(
        "ServiceMonitor",
        "endpoints",
        "For the Prometheus Operator. Use this with service.yaml, or by-hand/pod-monitor.yaml: with both every pod is scraped twice.",
    );
    let pod_monitor = monitor(
        "PodMonitor",
        "podMetricsEndpoints",
        &format!(
            "For the Prometheus Operator. Use this, or ../service-monitor.yaml: with both every pod is scraped twice.\n\
             The pods need the label {NAME_LABEL}, and their container a port {} with the name {PORT}.",
            settings.port
        ),
    );
    (service_monitor, pod_monitor)
}

fn limited(limits: Limits) -> Vec<(&'static str, Yaml)> {
    let mut pairs = Vec::new();
    let labels = Yaml::plain(limits.labels);
    match limits.samples {
        Some(samples) => {
            pairs.push(("sampleLimit", Yaml::plain(samples).remarked(LIMITS)));
            pairs.push(("labelLimit", labels));
        }
        None => pairs.push(("labelLimit", labels.remarked(LIMITS))),
    }
    if limits.is_both {
        let keep = Yaml::plain(true).remarked("The classic buckets too, which rules may ask for.");
        pairs.push(("scrapeClassicHistograms", keep));
    }
    let protocols = limits.protocols().iter();
    let mut protocols = Yaml::list(protocols.map(|protocol| Yaml::from(*protocol)));
    if limits.is_native {
        protocols = protocols.remarked(
            "From version 0.88 of the operator and 3.8 of Prometheus on, native histograms also need:\n\
             scrapeNativeHistograms: true",
        );
    }
    pairs.push(("scrapeProtocols", protocols));
    pairs
}

fn endpoint(declarations: &Declarations, settings: &Settings) -> Yaml {
    let mut endpoint = vec![
        ("port", Yaml::from(PORT)),
        ("path", Yaml::from(settings.path.as_str())),
        (
            "interval",
            Yaml::from(for_prometheus(settings.scrape_interval)),
        ),
    ];
    let own = declared_labels(declarations, &OF_TARGET);
    if !own.is_empty() {
        endpoint.push(("honorLabels", Yaml::plain(true).remarked(honored(&own))));
    }
    if !settings.target_labels.is_empty() {
        let labels = settings.target_labels.iter();
        let relabelings = labels.map(|(name, value)| {
            Yaml::map([
                ("action", Yaml::from("replace")),
                ("targetLabel", Yaml::from(name.as_str())),
                ("replacement", Yaml::from(replacement(value))),
            ])
        });
        endpoint.push(("relabelings", Yaml::list(relabelings)));
    }
    Yaml::map(endpoint)
}
