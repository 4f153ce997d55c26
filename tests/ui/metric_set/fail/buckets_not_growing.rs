use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(buckets = [0.1, 0.5, 0.5])]
    time: Histogram,
}

fn main() {}
