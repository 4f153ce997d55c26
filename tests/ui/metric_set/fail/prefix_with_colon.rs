use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "app:web")]
struct Set {
    /// Things.
    things: Counter,
}

fn main() {}
