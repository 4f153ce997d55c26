use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server {
    /// Connections.
    connections: Gauge,
    #[metric(skip = true)]
    name: String,
    #[metric(flatten(true))]
    pool: Pool,
}

/// A pool.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Pool {
    /// Open connections.
    open: Gauge,
}

fn main() {}
