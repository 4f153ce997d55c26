use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(buckets = linear(0.1, 0.1))]
    time: Histogram,
}

fn main() {}
