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
#[metrics(prefix = "db")]
struct Set {
    #[metric(flatten)]
    readers: Pool,
    #[metric(flatten)]
    writers: Pool,
}

fn main() {}
