use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(register)]
struct Set {
    /// Things.
    things: Counter,
}

fn main() {}
