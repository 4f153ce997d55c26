use metrics_core::{Counter, Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct Set {
    /// Jobs.
    jobs: Gauge,
    /// Jobs done.
    #[metric(name = "app_jobs_total")]
    done: Counter,
}

fn main() {}
