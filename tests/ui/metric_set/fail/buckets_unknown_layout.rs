use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(buckets = exponental(0.01, 2.0, 12))]
    time: Histogram,
}

fn main() {}
