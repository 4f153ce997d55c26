//! Native buckets, expiry and exemplars, in every form.

use metrics_core::{Counter, Gauge, Histogram, LabelSet, MetricSet, NativeOptions};
use std::time::Duration;

#[derive(Clone, Copy, LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 10)]
    path: &'a str,
}

/// A set.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Set {
    /// Native alone.
    #[metric(native)]
    plain: Histogram,
    /// Native beside classic ones.
    #[metric(native(), buckets = [1.0], exemplars)]
    beside: Histogram<ByPath<'static>>,
    /// Every key.
    #[metric(native(factor = 2, max_buckets = 20, zero_threshold = 0.001), unit = "bytes")]
    own: Histogram<(), u64>,
    /// Goes after an hour and a half.
    #[metric(idle = "1.5h", exemplars)]
    hits: Counter<ByPath<'static>>,
    /// Goes after some milliseconds.
    #[metric(idle = "250ms")]
    level: Gauge<ByPath<'static>, f64>,
}

fn main() {
    let [plain, beside, own, hits, level] = Set::SET.families else {
        unreachable!("five fields")
    };
    assert_eq!(plain.native(), Some(NativeOptions::DEFAULT));
    assert!(plain.bounds().is_empty());
    assert_eq!(beside.native(), Some(NativeOptions::DEFAULT));
    assert_eq!(beside.bounds(), [1.0]);
    assert_eq!(own.native(), Some(NativeOptions::new(0, 20, 0.001)));
    assert_eq!(hits.idle(), Some(Duration::from_secs(5400)));
    assert_eq!(level.idle(), Some(Duration::from_millis(250)));
    assert!(beside.takes_exemplars() && hits.takes_exemplars() && !level.takes_exemplars());
    assert!(level.native().is_none() && plain.idle().is_none());
}
