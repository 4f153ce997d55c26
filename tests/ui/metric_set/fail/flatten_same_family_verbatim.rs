use metrics_core::{Counter, MetricSet};

/// A pool.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Pool {
    /// Connections opened.
    #[metric(name = "opened_total")]
    opened: Counter,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    #[metric(flatten, prefix = "readers")]
    readers: Pool,
    #[metric(flatten, prefix = "writers")]
    writers: Pool,
}

fn main() {}
