use metrics_core::{MetricSet, StateSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Which it is.
    jobs_total: StateSet<bool>,
}

fn main() {}
