use metrics_core::{MetricSet, StateSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Whether it is on.
    #[metric(unit = "seconds")]
    on: StateSet<bool>,
}

fn main() {}
