use metrics_core::{MetricSet, StateSet};

fn on() -> bool {
    true
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Whether it is on.
    #[metric(read = on)]
    on: StateSet<bool>,
}

fn main() {}
