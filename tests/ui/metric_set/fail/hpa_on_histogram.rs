use metrics_core::{Histogram, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Open connections.
    #[metric(hpa(average = 100, min = 2, max = 10))]
    connections: Histogram,
}

fn main() {}
