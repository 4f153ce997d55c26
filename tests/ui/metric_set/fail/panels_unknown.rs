use metrics_core::{Gauge, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Open connections.
    #[metric(panels(stats))]
    connections: Gauge,
}

fn main() {}
