use metrics_core::{Gauge, MetricSet};

fn count() -> u64 {
    1
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(read = count())]
    things: Gauge,
}

fn main() {}
