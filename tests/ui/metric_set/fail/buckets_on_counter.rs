use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(buckets = [1.0, 2.0])]
    things: Counter,
}

fn main() {}
