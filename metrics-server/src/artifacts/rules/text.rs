//! Groups of rules as YAML, which a rule file and a PrometheusRule hold in the same words. Nothing here is newer than
//! Prometheus 2.40.

use super::model::{AlertRule, Group, Record, Rule};
use crate::artifacts::length::for_prometheus;
use crate::artifacts::settings::Settings;
use crate::artifacts::yaml::{Yaml, origin};

/// The rule file.
pub(crate) fn file(groups: &[Group], settings: &Settings) -> String {
    let remark = format!("{}\nRules for Prometheus.", origin(&settings.name));
    let document = Yaml::map([("groups", yaml(groups))]);
    document.remarked(remark).document()
}

/// The list of groups.
pub(crate) fn yaml(groups: &[Group]) -> Yaml {
    Yaml::list(groups.iter().map(|group| {
        let rules = group.rules.iter().map(|rule| match rule {
            Rule::Record(record) => record.yaml(),
            Rule::Alert(alert) => alert.yaml(),
        });
        Yaml::map([
            ("name", Yaml::from(group.name.as_str())),
            ("rules", Yaml::list(rules)),
        ])
    }))
}

impl Record {
    fn yaml(&self) -> Yaml {
        let mut pairs = vec![
            ("record", Yaml::from(self.name.as_str())),
            ("expr", Yaml::from(self.expr.as_str())),
        ];
        pairs.extend(texts("labels", &self.labels));
        Yaml::map(pairs)
    }
}

impl AlertRule {
    fn yaml(&self) -> Yaml {
        let mut pairs = vec![
            ("alert", Yaml::from(self.name.as_str())),
            ("expr", Yaml::from(self.expr.as_str())),
            ("for", Yaml::from(for_prometheus(self.hold))),
        ];
        pairs.extend(texts("labels", &self.labels));
        pairs.extend(texts("annotations", &self.annotations));
        Yaml::map(pairs)
    }
}

/// Names and texts under a key, which is not there without any.
fn texts(key: &'static str, pairs: &[(String, String)]) -> Option<(&'static str, Yaml)> {
    let of = |(name, text): &(String, String)| (name.clone(), Yaml::from(text.as_str()));
    (!pairs.is_empty()).then(|| (key, Yaml::map(pairs.iter().map(of))))
}
