use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    #[metric(name = "latency", unit = "seconds")]
    latency: Histogram,
}

fn main() {}
