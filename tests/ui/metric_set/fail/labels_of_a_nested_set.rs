use metrics_core::{Counter, MetricSet};

/// A pool.
#[derive(MetricSet)]
#[metrics(register = false, labels(service = "db"))]
struct Pool {
    /// Connections opened.
    opened: Counter,
}

/// A set.
#[derive(MetricSet)]
#[metrics(labels(service = "cart"))]
struct Set {
    #[metric(flatten)]
    pool: Pool,
}

fn main() {}
