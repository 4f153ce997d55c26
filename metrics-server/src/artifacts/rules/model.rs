//! Rules as values.

use std::time::Duration;

use metrics_core::{Alert, DeclaredFamily};

/// Rules that are evaluated one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
pub(crate) enum Rule {
    /// A series that is computed and kept.
    Record(Record),
    /// When somebody is told.
    Alert(AlertRule),
}

#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// `level:metric:operations`.
    pub(crate) name: String,
    pub(crate) expr: String,
    pub(crate) labels: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub(crate) struct AlertRule {
    pub(crate) name: String,
    pub(crate) expr: String,
    /// `for`.
    pub(crate) hold: Duration,
    /// `severity` first.
    pub(crate) labels: Vec<(String, String)>,
    /// Templates.
    pub(crate) annotations: Vec<(String, String)>,
    pub(crate) origin: Origin,
}

/// What a rule comes of, by which its tests are made.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// An alert of this family.
    Declared {
        family: DeclaredFamily,
        alert: &'static Alert,
    },
    /// A budget that is used up too fast: both recorded series are above `factor * budget`.
    Burn {
        /// The record over the long window, and over the short one.
        long: String,
        short: String,
        /// The labels of the records that tell the objective apart.
        labels: Vec<(String, String)>,
        factor: f64,
        budget: f64,
        /// What the records are computed of.
        source: BurnSource,
    },
    /// The service cannot be scraped.
    TargetDown,
}

/// What is counted for an objective. Each is a series as it is written in PromQL, with the labels that choose it:
/// `calls_total{function="ask", module="chat"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BurnSource {
    /// Bad calls, and all calls.
    Failures {
        bad: Vec<String>,
        all: String,
        /// Whether the bad ones are some of the series that `all` chooses; else they are counted apart, and `all` counts
        /// them once more.
        within: bool,
    },
    /// Slow ones: the bucket at the threshold in each spelling of `le`, of which a scrape has one, and the count.
    Slow { buckets: Vec<String>, count: String },
    /// Of a histogram that has native buckets alone, which promtool cannot be given.
    Native,
}
