use metrics_core::{Histogram, MetricSet};

const BOUNDS: &[f64] = &[0.5, 0.1];

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(buckets = BOUNDS)]
    time: Histogram,
}

fn main() {}
