use metrics_core::{Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    things_count: Gauge,
}

fn main() {}
