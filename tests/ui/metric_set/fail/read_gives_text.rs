use metrics_core::{Gauge, MetricSet};

fn count() -> String {
    "1".to_owned()
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(read = count)]
    things: Gauge,
}

fn main() {}
