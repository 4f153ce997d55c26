use metrics_core::{Gauge, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Open connections.
    #[metric(panels(stat, rate = "30s"))]
    connections: Gauge,
}

fn main() {}
