use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(name = "app-things-total")]
    things: Counter,
}

fn main() {}
