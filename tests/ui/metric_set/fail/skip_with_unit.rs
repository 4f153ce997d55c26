use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    things: Counter,
    #[metric(skip, unit = "bytes")]
    size: usize,
}

fn main() {}
