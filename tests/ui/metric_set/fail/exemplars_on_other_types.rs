use metrics_core::{Gauge, MetricSet, StateSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// A gauge.
    #[metric(exemplars)]
    level: Gauge,
    /// A state.
    #[metric(exemplars)]
    on: StateSet<bool>,
    /// A counter of another crate.
    #[metric(exemplars)]
    old: prometheus::IntCounter,
}

fn main() {}
