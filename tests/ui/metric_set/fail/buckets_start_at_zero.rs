use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(buckets = exponential(0, 2, 12))]
    time: Histogram,
}

fn main() {}
