use metrics_core::{Gauge, MetricSet};

fn count(n: u64) -> u64 {
    n
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(read = count)]
    things: Gauge,
}

fn main() {}
