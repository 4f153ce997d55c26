//! What changed in the buckets of a histogram.

use super::ChangesOf;
use crate::artifacts::catalog::model::Family;

pub(super) fn compare(old: &Family, new: &Family, changes: &mut ChangesOf<'_>) {
    // where the type changed, that has been told
    if old.kind != new.kind {
        return;
    }
    match (old.buckets.is_empty(), new.buckets.is_empty()) {
        (false, true) => changes.breaks(
            "has native buckets alone now",
            "there are no `_bucket`, `_sum` and `_count` series any more",
        ),
        (true, false) if new.native.is_some() => {
            changes.keeps("has buckets with bounds beside the native ones now");
        }
        _ => bounds(&old.buckets, &new.buckets, changes),
    }
    match (&old.native, &new.native) {
        (Some(_), None) => changes.breaks(
            "has no native buckets any more",
            "queries of the native histogram, as `histogram_quantile` of it without `_bucket`, find nothing",
        ),
        // a Prometheus that reads them drops the others, unless `always_scrape_classic_histograms` is set
        (None, Some(_)) if !new.buckets.is_empty() => changes.keeps(
            "has native buckets now: a Prometheus that scrapes native histograms keeps the `_bucket` series only with `always_scrape_classic_histograms`",
        ),
        (Some(before), Some(after)) if before != after => {
            changes.keeps("native buckets are made otherwise now");
        }
        _ => {}
    }
}

/// The bounds of a family, or of a function.
pub(super) fn bounds(old: &[f64], new: &[f64], changes: &mut ChangesOf<'_>) {
    for bound in old.iter().filter(|bound| !new.contains(bound)) {
        changes.breaks(
            format!("bucket bound {bound} removed"),
            "queries of that `le` find nothing, and quantiles over old and new processes together are wrong",
        );
    }
    for bound in new.iter().filter(|bound| !old.contains(bound)) {
        changes.keeps(format!("bucket bound {bound} added"));
    }
}
