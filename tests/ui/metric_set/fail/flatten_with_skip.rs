use metrics_core::{Counter, MetricSet};

/// A pool.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Pool {
    /// Connections opened.
    opened: Counter,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Requests.
    requests: Counter,
    #[metric(skip, flatten)]
    pool: Pool,
}

fn main() {}
