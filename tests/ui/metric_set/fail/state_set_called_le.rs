use metrics_core::{MetricSet, StateSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Which it is.
    le: StateSet<bool>,
}

fn main() {}
