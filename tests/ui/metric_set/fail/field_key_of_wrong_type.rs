use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(unit = seconds)]
    things: Counter,
}

fn main() {}
