//! Quantiles of buckets.

use std::collections::BTreeMap;

use super::{NAME, Sample};
use crate::artifacts::rules::cases::series::Labels;

/// The label of a bucket's upper bound.
const BOUND: &str = "le";

/// The quantile of each histogram whose buckets are in the vector; `None` for an odd `le`.
pub(super) fn quantiles(quantile: f64, buckets: Vec<Sample>) -> Option<Vec<Sample>> {
    if !(0.0..=1.0).contains(&quantile) {
        return None;
    }
    let mut histograms: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
    for mut sample in buckets {
        sample.labels.remove(NAME);
        // what has no bound is no bucket, which Prometheus passes over
        let Some(bound) = sample.labels.remove(BOUND) else {
            continue;
        };
        let bucket = (bound.parse().ok()?, sample.value);
        histograms.entry(sample.labels).or_default().push(bucket);
    }
    let quantiles = histograms.into_iter().map(|(labels, mut buckets)| {
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        let value = of_one(quantile, &buckets);
        Sample { labels, value }
    });
    Some(quantiles.collect())
}

/// Of one histogram: the bucket that the quantile is in, and as far into it as the counts say.
fn of_one(quantile: f64, buckets: &[(f64, f64)]) -> f64 {
    let [finite @ .., (f64::INFINITY, all)] = buckets else {
        return f64::NAN;
    };
    if finite.is_empty() || *all == 0.0 || all.is_nan() {
        return f64::NAN;
    }
    let mut rank = quantile * all;
    let Some(place) = finite.iter().position(|(_, count)| *count >= rank) else {
        return finite[finite.len() - 1].0;
    };
    let (end, mut count) = finite[place];
    if place == 0 && end <= 0.0 {
        return end;
    }
    let mut start = 0.0;
    if place > 0 {
        let below = finite[place - 1];
        start = below.0;
        count -= below.1;
        rank -= below.1;
    }
    start + (end - start) * (rank / count)
}

#[test]
fn a_quantile_is_within_its_bucket() {
    let infinity = f64::INFINITY;
    assert_eq!(
        of_one(0.5, &[(1.0, 0.0), (2.0, 10.0), (infinity, 10.0)]),
        1.5
    );
    assert_eq!(
        of_one(0.99, &[(1.0, 0.0), (2.5, 0.0), (infinity, 10.0)]),
        2.5
    );
    assert!(of_one(0.5, &[(1.0, 0.0), (infinity, 0.0)]).is_nan());
    assert!(of_one(0.5, &[(1.0, 1.0)]).is_nan());
}
