//! Which alerts fire, and when: what Prometheus keeps of an alert from one evaluation to the next.

use std::collections::BTreeMap;
use std::time::Duration;

use metrics_core::promql::Promql;

use super::evaluate::{At, Data, NAME};
use super::series::Labels;

/// Between two evaluations, in all tests.
pub(super) const EVALUATION: Duration = Duration::from_secs(60);

/// An alert that fires.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fired {
    /// The labels of the series that fires it, without its name.
    pub(super) labels: Labels,
    pub(super) value: f64,
}

/// What fires at each evaluation from time 0 to that at `last`; `None` if the expression is not to be understood.
pub(super) fn firing(
    expression: &Promql,
    own: &str,
    data: Data<'_>,
    hold: Duration,
    last: u64,
) -> Option<Vec<Vec<Fired>>> {
    let mut since: BTreeMap<Labels, u64> = BTreeMap::new();
    let mut out = Vec::new();
    for evaluation in 0..=last {
        let millis = i64::try_from(evaluation).ok()? * 60_000;
        let vector = At { data, own, millis }.vector(expression)?;
        let mut active = BTreeMap::new();
        let mut fired = Vec::new();
        for mut sample in vector {
            sample.labels.remove(NAME);
            let began = since.get(&sample.labels).copied().unwrap_or(evaluation);
            if EVALUATION.saturating_mul(u32::try_from(evaluation - began).ok()?) >= hold {
                fired.push(Fired {
                    labels: sample.labels.clone(),
                    value: sample.value,
                });
            }
            // Prometheus refuses a rule with two alerts of the same labels
            if active.insert(sample.labels, began).is_some() {
                return None;
            }
        }
        since = active;
        out.push(fired);
    }
    Some(out)
}
