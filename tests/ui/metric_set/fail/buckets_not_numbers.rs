use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(buckets = [0.1, MAX])]
    time: Histogram,
}

fn main() {}
