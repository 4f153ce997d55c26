//! Many series made fewer.

use std::collections::BTreeMap;

use metrics_core::promql::Grouping;

use super::{NAME, Sample};
use crate::artifacts::rules::cases::number::{larger, smaller};
use crate::artifacts::rules::cases::series::Labels;

/// The vector, aggregated; `None` for an operator that is not known here.
pub(super) fn aggregate(
    operator: &str,
    grouping: Option<Grouping>,
    vector: Vec<Sample>,
) -> Option<Vec<Sample>> {
    let mut groups: BTreeMap<Labels, Vec<f64>> = BTreeMap::new();
    for sample in vector {
        let labels = kept(grouping, sample.labels);
        groups.entry(labels).or_default().push(sample.value);
    }
    let mut out = Vec::new();
    for (labels, values) in groups {
        let sum: f64 = values.iter().sum();
        let value = match operator {
            "sum" => sum,
            "avg" => sum / values.len() as f64,
            "count" => values.len() as f64,
            "group" => 1.0,
            "min" => values.into_iter().fold(f64::NAN, smaller),
            "max" => values.into_iter().fold(f64::NAN, larger),
            _ => return None,
        };
        out.push(Sample { labels, value });
    }
    Some(out)
}

/// The labels that are left.
fn kept(grouping: Option<Grouping>, mut labels: Labels) -> Labels {
    let Some(Grouping {
        without,
        labels: named,
    }) = grouping
    else {
        return Labels::new();
    };
    if without {
        labels.remove(NAME);
    }
    labels.retain(|label, _| named.contains(&label.as_str()) != without);
    labels
}
