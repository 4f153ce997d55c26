//! A case of `promtool test rules` as a value, and as YAML.

use std::time::Duration;

use super::series::{Labels, Series};
use crate::artifacts::yaml::Yaml;

/// Series, and what is to be seen of them.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) name: String,
    /// Between two values of the series.
    pub(super) interval: Duration,
    pub(super) series: Vec<Series>,
    pub(super) alerts: Vec<AlertCheck>,
    pub(super) values: Vec<ValueCheck>,
}

/// Which alerts of a name fire at a time: these, and no others.
#[derive(Clone, Debug)]
pub(super) struct AlertCheck {
    pub(super) minutes: u64,
    pub(super) alert: String,
    pub(super) expected: Vec<Expected>,
}

/// An alert that fires.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expected {
    pub(super) labels: Labels,
    pub(super) annotations: Labels,
}

/// What an expression is at a time: one value without labels, or nothing.
#[derive(Clone, Debug)]
pub(super) struct ValueCheck {
    pub(super) minutes: u64,
    pub(super) expr: String,
    pub(super) value: Option<f64>,
}

impl ValueCheck {
    /// That an alert fires, where its labels cannot be known.
    pub(super) fn fires(minutes: u64, alert: &str) -> Self {
        let alert = super::series::quoted(alert);
        Self {
            minutes,
            expr: format!("count(ALERTS{{alertname={alert}, alertstate=\"firing\"}}) > bool 0"),
            value: Some(1.0),
        }
    }
}

impl Case {
    pub(super) fn yaml(&self) -> Yaml {
        let series = self.series.iter().map(|series| {
            Yaml::map([
                ("series", Yaml::from(series.notation())),
                ("values", Yaml::from(series.values.as_str())),
            ])
        });
        let mut pairs = vec![
            ("name", Yaml::from(self.name.as_str())),
            (
                "interval",
                Yaml::from(format!("{}s", self.interval.as_secs())),
            ),
            ("input_series", Yaml::list(series)),
        ];
        if !self.alerts.is_empty() {
            let alerts = self.alerts.iter().map(AlertCheck::yaml);
            pairs.push(("alert_rule_test", Yaml::list(alerts)));
        }
        if !self.values.is_empty() {
            let values = self.values.iter().map(ValueCheck::yaml);
            pairs.push(("promql_expr_test", Yaml::list(values)));
        }
        Yaml::map(pairs)
    }
}

impl AlertCheck {
    fn yaml(&self) -> Yaml {
        let expected = self.expected.iter().map(|expected| {
            Yaml::map([
                ("exp_labels", texts(&expected.labels)),
                ("exp_annotations", texts(&expected.annotations)),
            ])
        });
        Yaml::map([
            ("eval_time", minutes(self.minutes)),
            ("alertname", Yaml::from(self.alert.as_str())),
            ("exp_alerts", Yaml::list(expected)),
        ])
    }
}

impl ValueCheck {
    fn yaml(&self) -> Yaml {
        let samples = self
            .value
            .iter()
            .map(|value| Yaml::map([("labels", Yaml::from("{}")), ("value", Yaml::plain(value))]));
        Yaml::map([
            ("expr", Yaml::from(self.expr.as_str())),
            ("eval_time", minutes(self.minutes)),
            ("exp_samples", Yaml::list(samples)),
        ])
    }
}

fn minutes(minutes: u64) -> Yaml {
    Yaml::from(format!("{minutes}m"))
}

fn texts(texts: &Labels) -> Yaml {
    Yaml::map(
        texts
            .iter()
            .map(|(name, text)| (name.as_str(), Yaml::from(text.as_str()))),
    )
}
