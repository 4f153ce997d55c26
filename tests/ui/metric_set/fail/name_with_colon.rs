use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Requests.
    #[metric(name = "job:requests_total")]
    requests: Counter,
}

fn main() {}
