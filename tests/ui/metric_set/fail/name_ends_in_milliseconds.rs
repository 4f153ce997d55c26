use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time.
    latency_ms: Histogram,
}

fn main() {}
