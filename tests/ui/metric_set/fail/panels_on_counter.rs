use metrics_core::{Counter, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Open connections.
    #[metric(panels(stat))]
    connections: Counter,
}

fn main() {}
