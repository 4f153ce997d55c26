use metrics_core::{Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Load.
    #[metric(unit = "percent")]
    load: Gauge,
}

fn main() {}
