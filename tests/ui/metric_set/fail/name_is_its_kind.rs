use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct Set {
    /// Requests.
    counter: Counter,
}

fn main() {}
