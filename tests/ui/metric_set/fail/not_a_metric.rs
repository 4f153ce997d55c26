use metrics_core::{MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    things: u64,
}

fn main() {}
