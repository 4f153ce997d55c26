use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "2fa")]
struct Set {
    /// Things.
    things: Counter,
}

fn main() {}
