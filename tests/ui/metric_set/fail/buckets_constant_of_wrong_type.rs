use metrics_core::{Histogram, MetricSet};

const BOUNDS: &[u32] = &[1, 2];

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(buckets = BOUNDS)]
    time: Histogram,
}

fn main() {}
