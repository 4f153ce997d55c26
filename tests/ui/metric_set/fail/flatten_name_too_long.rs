use metrics_core::{Counter, MetricSet};

/// A pool.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Pool {
    /// Connections opened.
    opened: Counter,
}

/// A set around it.
#[derive(MetricSet)]
#[metrics(prefix = "a_prefix_that_is_long_and_goes_on_and_on_until_nobody_reads_it", register = false)]
struct Inner {
    #[metric(flatten)]
    pool: Pool,
}

/// A set around that.
#[derive(MetricSet)]
struct Set {
    #[metric(flatten, prefix = "a_prefix_that_is_long_and_goes_on_and_on_until_nobody_reads_it")]
    inner: Inner,
}

fn main() {}
