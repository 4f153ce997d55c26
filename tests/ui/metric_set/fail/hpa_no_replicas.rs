use metrics_core::{Gauge, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Open connections.
    #[metric(hpa(average = 100, min = 0, max = 3000000000))]
    connections: Gauge,
}

fn main() {}
