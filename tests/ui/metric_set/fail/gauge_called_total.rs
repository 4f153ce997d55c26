use metrics_core::{Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Connections.
    connections_total: Gauge,
}

fn main() {}
