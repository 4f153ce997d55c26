use metrics_core::{Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(name = "things_sum")]
    things: Gauge,
}

fn main() {}
