use metrics_core::{Gauge, MetricSet};

/// A pool.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Pool {
    /// Connections.
    count: Gauge,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    #[metric(flatten, prefix = "pool")]
    pool: Pool,
}

fn main() {}
