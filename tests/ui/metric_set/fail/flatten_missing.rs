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
    /// A pool.
    pool: Pool,
}

fn main() {}
