use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefx = "app")]
struct Set {
    /// Things.
    things: Counter,
}

fn main() {}
