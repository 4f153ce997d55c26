use metrics_core::{Counter, Gauge, MetricSet};

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
    /// What is open.
    opened: Gauge,
    #[metric(flatten)]
    pool: Pool,
}

fn main() {}
