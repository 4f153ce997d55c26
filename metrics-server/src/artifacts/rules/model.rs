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

/// What is counted for an objective.
#[derive(Clone, Debug)]
pub(crate) enum BurnSource {
    /// Bad ones of all: series names with the matchers that choose them, as in PromQL.
    Failures { bad: Vec<String>, all: String },
    /// Slow ones: the bucket at the threshold, and the count.
    Slow { bucket: String, count: String },
    /// Slow ones of a histogram that has native buckets alone, which promtool cannot be given.
    SlowNative,
}
