use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "app_")]
struct Set {
    /// Things.
    things: Counter,
}

fn main() {}
