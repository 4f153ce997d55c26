use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Requests.
    #[metric(prefix = "http")]
    requests: Counter,
}

fn main() {}
