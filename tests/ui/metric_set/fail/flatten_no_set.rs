use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    #[metric(flatten)]
    requests: Counter,
}

fn main() {}
