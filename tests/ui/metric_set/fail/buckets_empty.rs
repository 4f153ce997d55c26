use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(buckets = [])]
    time: Histogram,
}

fn main() {}
