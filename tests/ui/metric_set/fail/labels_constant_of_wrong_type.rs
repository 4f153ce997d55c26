use metrics_core::{Counter, MetricSet};

const SHARD: u32 = 7;

/// A set.
#[derive(MetricSet)]
#[metrics(labels(shard = SHARD))]
struct Set {
    /// Requests.
    requests: Counter,
}

fn main() {}
