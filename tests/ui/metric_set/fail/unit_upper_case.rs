use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(unit = "Seconds")]
    latency: Histogram,
}

fn main() {}
