use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(unit = "bytes")]
    #[metric(unit = "bytes")]
    things: Counter,
}

fn main() {}
