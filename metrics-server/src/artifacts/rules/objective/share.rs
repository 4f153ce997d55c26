//! A share of bad calls: what it is recorded as, and how PromQL computes it over a window.

use super::words::Promise;
use crate::artifacts::rules::model::BurnSource;
use crate::artifacts::rules::selector::Selector;

/// The share of a function's calls that are bad, and what of it is allowed.
#[derive(Clone, Debug)]
pub(super) struct Share {
    /// The family that it is measured by, without `_total`.
    pub(super) metric: String,
    /// The labels of its records: several functions may be measured by one family.
    pub(super) labels: Vec<(String, String)>,
    pub(super) budget: f64,
    pub(super) promise: Promise,
    pub(super) source: BurnSource,
    /// Of the ways to compute it, the first that gives something is taken.
    pub(super) ways: Vec<Way>,
}

/// How a share is computed. Without calls there is none, and not a NaN, which would be kept.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// Bad calls by all, of series that count.
    Counted { bad: Selector, all: Selector },
    /// The same, of native histograms.
    CountedNative { bad: Selector, all: Selector },
    /// All calls but those in a bucket.
    Bucket { bucket: Selector, count: Selector },
    /// All calls but those up to a threshold, of a native histogram, which need not have a bound there.
    Native { all: Selector, threshold: f64 },
}

impl Share {
    /// The record over `window`: `level:metric:operations`, by the naming practices of Prometheus.
    pub(super) fn record(&self, window: &str) -> String {
        let operation = if self.promise.is_of_time() {
            "slow_ratio"
        } else {
            "error_ratio"
        };
        format!("job:{}:{operation}_rate{window}", self.metric)
    }

    pub(super) fn over(&self, window: &str) -> String {
        let ways: Vec<_> = self.ways.iter().map(|way| way.over(window)).collect();
        ways.join(" or ")
    }
}

impl Way {
    fn over(&self, window: &str) -> String {
        // a label that is not there makes no difference: so it is one text for Kubernetes, where two namespaces may have one
        // job, and for other places
        let sum = |of: &Selector| format!("sum by (namespace, job) (rate({of}[{window}]))");
        let count = |of| format!("histogram_count({})", sum(of));
        match self {
            Self::Counted { bad, all } => format!("{} / ({} > 0)", sum(bad), sum(all)),
            Self::CountedNative { bad, all } => format!("{} / ({} > 0)", count(bad), count(all)),
            Self::Bucket { bucket, count } => {
                format!("1 - {} / ({} > 0)", sum(bucket), sum(count))
            }
            Self::Native { all, threshold } => format!(
                "1 - histogram_fraction(0, {threshold}, {}) and {} > 0",
                sum(all),
                count(all)
            ),
        }
    }
}
