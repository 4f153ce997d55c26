use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "app", prefix = "other")]
struct Set {
    /// Things.
    things: Counter,
}

fn main() {}
