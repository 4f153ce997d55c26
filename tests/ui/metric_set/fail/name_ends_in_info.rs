use metrics_core::{Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// What was built.
    build_info: Gauge,
}

fn main() {}
