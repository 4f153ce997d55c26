use metrics_core::{Counter, MetricSet};

/// A pool.
#[derive(MetricSet)]
#[metrics(prefix = "pool")]
struct Pool {
    /// Connections opened.
    opened: Counter,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Requests.
    requests: Counter,
    #[metric(flatten)]
    pool: Pool,
}

fn main() {}
