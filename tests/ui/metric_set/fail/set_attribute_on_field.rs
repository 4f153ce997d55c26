use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metrics(unit = "seconds")]
    things: Counter,
}

fn main() {}
