use metrics_core::{Gauge, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Open connections.
    #[metric(hpa(average = 0.5, min = 10, max = 2))]
    connections: Gauge,
}

fn main() {}
