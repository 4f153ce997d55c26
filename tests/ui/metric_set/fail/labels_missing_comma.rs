use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(labels(zone = "a" service = "cart"))]
struct Set {
    /// Requests.
    requests: Counter,
}

fn main() {}
