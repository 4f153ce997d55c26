use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(labels(le = "1", quantile = "0.5", __zone = "a"))]
struct Set {
    /// Requests.
    requests: Counter,
}

fn main() {}
