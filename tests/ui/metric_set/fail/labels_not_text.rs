use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(labels(shard = 7, zone = "a".trim()))]
struct Set {
    /// Requests.
    requests: Counter,
}

fn main() {}
