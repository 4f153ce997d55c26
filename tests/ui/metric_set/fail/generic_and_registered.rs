use metrics_core::{MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(register = true)]
struct Set<M: Send + Sync + 'static> {
    /// Things.
    things: M,
}

fn main() {}
