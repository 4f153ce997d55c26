use metrics_core::{Counter, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Open connections.
    #[metric(hpa(average = 100, min = 2, max = 10))]
    connections: Counter,
}

fn main() {}
