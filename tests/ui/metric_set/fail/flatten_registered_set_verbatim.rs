use metrics_core::{Counter, MetricSet};

/// A pool.
#[derive(MetricSet)]
struct Pool {
    /// Connections opened.
    #[metric(name = "pool_opened_total")]
    opened: Counter,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    #[metric(flatten, prefix = "db")]
    pool: Pool,
}

fn main() {}
