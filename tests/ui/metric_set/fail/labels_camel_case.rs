use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(labels(serviceName = "cart"))]
struct Set {
    /// Requests.
    requests: Counter,
}

fn main() {}
