use metrics_core::{Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "jobs")]
struct Set {
    /// How many there are.
    count: Gauge,
}

fn main() {}
