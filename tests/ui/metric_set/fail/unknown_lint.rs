use metrics_core::{Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(allow(total))]
    things_total: Gauge,
}

fn main() {}
