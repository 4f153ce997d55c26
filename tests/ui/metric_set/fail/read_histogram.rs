use metrics_core::{Histogram, MetricSet};

fn count() -> u64 {
    1
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(read = count)]
    things: Histogram,
}

fn main() {}
