use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(crate = "metrics_core")]
struct Set {
    /// Things.
    things: Counter,
}

fn main() {}
