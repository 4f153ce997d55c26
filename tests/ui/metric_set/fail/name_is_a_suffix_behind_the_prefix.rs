use metrics_core::{Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "jobs")]
struct Set {
    /// All of them.
    total: Gauge,
    /// What they are.
    info: Gauge,
}

fn main() {}
