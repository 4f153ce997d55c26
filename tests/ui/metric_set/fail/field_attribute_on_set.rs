use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metric(prefix = "app")]
struct Set {
    /// Things.
    things: Counter,
}

fn main() {}
