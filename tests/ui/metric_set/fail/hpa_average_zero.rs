use metrics_core::{Gauge, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Open connections.
    #[metric(hpa(average = 0, min = 2, max = 10))]
    connections: Gauge,
}

fn main() {}
