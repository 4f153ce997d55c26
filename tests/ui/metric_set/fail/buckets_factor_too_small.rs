use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(buckets = exponential(0.01, 1.0, 12))]
    time: Histogram,
}

fn main() {}
