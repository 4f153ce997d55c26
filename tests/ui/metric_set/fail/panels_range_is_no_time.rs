use metrics_core::{Gauge, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Open connections.
    #[metric(panels(rate = "1.5m", change = "5 m"))]
    connections: Gauge,
}

fn main() {}
