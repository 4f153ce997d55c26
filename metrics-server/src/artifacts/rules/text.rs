//! Groups of rules as YAML, which a rule file and a PrometheusRule hold in the same words. Nothing here is newer than
//! Prometheus 2.40.

use std::time::Duration;

use super::model::{AlertRule, Group, Record, Rule};
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
            ("for", Yaml::from(duration(self.hold))),
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

/// A length of time as Prometheus reads it, whole milliseconds: `1h30m`.
pub(crate) fn duration(length: Duration) -> String {
    const UNITS: [(&str, u128); 5] = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
        ("ms", 1),
    ];
    let mut millis = length.as_millis();
    let mut out = String::new();
    for (unit, of) in UNITS {
        if millis >= of {
            out += &format!("{}{unit}", millis / of);
            millis %= of;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_what_prometheus_reads() {
        let millis = [
            (0, "0s"),
            (500, "500ms"),
            (90_000, "1m30s"),
            (300_000, "5m"),
            (5_400_000, "1h30m"),
            (86_400_000, "1d"),
            (1_209_600_000, "14d"),
            (90_061_001, "1d1h1m1s1ms"),
        ];
        for (millis, expected) in millis {
            assert_eq!(duration(Duration::from_millis(millis)), expected);
        }
    }
}
