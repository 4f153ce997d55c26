use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "")]
struct Set {
    /// Things.
    things: Counter,
}

fn main() {}
