//! What is to be written in `prometheus.yml` for the service to be scraped: at an address, or as pods that are found by their
//! annotations.

mod limits;
mod pods;

use metrics_core::Declarations;

use super::families::has_label;
use super::files::RULES;
use super::length::for_prometheus;
use super::settings::Settings;
use super::yaml::{Yaml, origin};
use crate::Error;
pub(crate) use limits::Limits;
pub(crate) use pods::{ANNOTATIONS, replacement, scrape_config_of_pods};

/// A whole `prometheus.yml` with this service as its one job.
pub(crate) fn scrape_config(
    declarations: &Declarations,
    settings: &Settings,
) -> Result<String, Error> {
    let mistakes = [settings.check(), settings.clashes(declarations)].concat();
    if !mistakes.is_empty() {
        return Err(Error::Artifacts(mistakes));
    }
    let listens_at = |port: u16| Yaml::list([Yaml::from(format!("localhost:{port}"))]);
    let mut target = vec![("targets", listens_at(settings.port))];
    if !settings.target_labels.is_empty() {
        let labels = settings.target_labels.iter();
        let labels = labels.map(|(name, value)| (name.as_str(), Yaml::from(value.as_str())));
        target.push(("labels", Yaml::map(labels)));
    }
    let target =
        Yaml::map(target).remarked("Where the service listens: an address of each instance.");
    let alertmanager =
        Yaml::map([("targets", listens_at(9093))]).remarked("Where Alertmanager listens.");
    let alertmanager = Yaml::map([("static_configs", Yaml::list([alertmanager]))]);
    let mut job = vec![
        ("job_name", Yaml::from(settings.name.as_str())),
        ("metrics_path", Yaml::from(settings.path.as_str())),
    ];
    job.extend(how(declarations, settings));
    job.push(("static_configs", Yaml::list([target])));
    let document = Yaml::map([
        ("rule_files", Yaml::list([Yaml::from(RULES)])),
        (
            "alerting",
            Yaml::map([("alertmanagers", Yaml::list([alertmanager]))]),
        ),
        ("scrape_configs", Yaml::list([Yaml::map(job)])),
    ]);
    Ok(document.remarked(origin(&settings.name)).document())
}

/// How often a job scrapes, and with which limits.
fn how(declarations: &Declarations, settings: &Settings) -> Vec<(&'static str, Yaml)> {
    let limits = Limits::of(declarations, settings.target_labels.len());
    let mut newer = format!(
        "Prometheus 2.49 and later can be told the formats:\nscrape_protocols: [{}]",
        limits.protocols().join(", ")
    );
    if limits.is_native {
        newer += "\nand 3.8 and later to take native histograms, without a flag:\nscrape_native_histograms: true";
    }
    if limits.is_both {
        newer += "\nand 3.0 and later to take their classic buckets too, which rules may ask for:\nalways_scrape_classic_histograms: true";
    }
    let mut how = vec![(
        "scrape_interval",
        Yaml::from(for_prometheus(settings.scrape_interval)),
    )];
    let labels = Yaml::plain(limits.labels);
    match limits.samples {
        Some(samples) => {
            how.push(("sample_limit", Yaml::plain(samples).remarked(LIMITS)));
            how.push(("label_limit", labels));
        }
        None => how.push(("label_limit", labels.remarked(LIMITS))),
    }
    if let Some((_, last)) = how.last_mut() {
        let value = std::mem::replace(last, Yaml::Plain(String::new()));
        *last = value.remarked(newer);
    }
    how
}

/// Those of `names` that are labels of a family: where Prometheus gives them too, it renames them to `exported_…`, and no rule
/// and no panel finds them, unless the job honours labels.
pub(crate) fn declared_labels(
    declarations: &Declarations,
    names: &[&'static str],
) -> Vec<&'static str> {
    let mut found = names.to_vec();
    found.retain(|name| {
        declarations
            .families
            .iter()
            .any(|family| has_label(family, name))
    });
    found
}

/// What stands above `honor_labels`, which keeps these.
pub(crate) fn honored(labels: &[&str]) -> String {
    format!(
        "The program has labels of its own with names that targets in Kubernetes have, which are kept: {}.",
        labels.join(", ")
    )
}

/// What stands above the limits.
pub(crate) const LIMITS: &str = "By the declarations: every series of finite labels, the caps of open ones, and half as many again; a scrape with\n\
     more fails as a whole. Raise it for metrics that are registered while the program runs.";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::sample;
    use super::*;

    #[test]
    fn a_service_is_a_job_with_its_limits() {
        let settings = Settings {
            name: "proxy_pool".to_owned(),
            port: 8080,
            path: "/api/metrics".to_owned(),
            scrape_interval: Duration::from_secs(5),
            target_labels: vec![("env".to_owned(), "production".to_owned())],
            ..Settings::default()
        };
        let config = scrape_config(&sample::declarations(), &settings).expect("a configuration");
        let expected = r##"# Generated from the metric declarations of proxy_pool. Do not edit: change the code.
rule_files:
  - "rules.yml"
alerting:
  alertmanagers:
    - static_configs:
        # Where Alertmanager listens.
        - targets:
            - "localhost:9093"
scrape_configs:
  - job_name: "proxy_pool"
    metrics_path: "/api/metrics"
    scrape_interval: "5s"
    # By the declarations: every series of finite labels, the caps of open ones, and half as many again; a scrape with
    # more fails as a whole. Raise it for metrics that are registered while the program runs.
    sample_limit: 1000
    # Prometheus 2.49 and later can be told the formats:
    # scrape_protocols: [PrometheusProto, OpenMetricsText1.0.0, PrometheusText0.0.4]
    # and 3.8 and later to take native histograms, without a flag:
    # scrape_native_histograms: true
    # and 3.0 and later to take their classic buckets too, which rules may ask for:
    # always_scrape_classic_histograms: true
    label_limit: 30
    static_configs:
      # Where the service listens: an address of each instance.
      - targets:
          - "localhost:8080"
        labels:
          env: "production"
"##;
        assert_eq!(config, expected);
    }

    #[test]
    fn mistakes_of_the_settings_and_of_both_are_told_at_once() {
        let settings = Settings {
            port: 0,
            target_labels: vec![("provider".to_owned(), "x".to_owned())],
            ..Settings::default()
        };
        let Err(Error::Artifacts(mistakes)) = scrape_config(&sample::declarations(), &settings)
        else {
            panic!("there are mistakes");
        };
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    }
}
