//! Alerts as they are declared at a metric: `#[metric(alert(…))]`.

use core::time::Duration;

use super::{Promql, Source};

/// When somebody is to be told.
#[derive(Clone, Copy, Debug)]
pub struct Alert {
    /// The alert's name.
    pub name: &'static str,
    /// What is true while it is to fire.
    pub expr: Promql,
    /// For how long that must have been so.
    pub hold: Duration,
    /// The label `severity`.
    pub severity: &'static str,
    /// The annotation `summary`, a template of Prometheus.
    pub summary: &'static str,
    /// The annotation `description`, a template too, or nothing.
    pub description: &'static str,
    /// The annotation `runbook_url`, or nothing.
    pub runbook: &'static str,
    /// For an expression of which nobody could guess when it is true: series with which it fires, and with which it does
    /// not, in the notation of `promtool test rules`.
    pub example: Option<AlertExample>,
    /// Where it was declared.
    pub source: Source,
}

/// What an alert fires at, and what it does not, by an example: `fires = "…", silent = "…"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertExample {
    /// Series and their values, one a line: `name{label="value"} 0+10x20`.
    pub fires: &'static str,
    /// The same, of when all is well.
    pub silent: &'static str,
}
