use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert)]
    connections: Gauge,
}

fn main() {}
