use metrics_core::{Gauge, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Open connections.
    #[metric(hpa(target = 100, min = 2, max = 10))]
    connections: Gauge,
}

fn main() {}
