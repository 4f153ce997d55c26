use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    things: Counter,
    #[metric(skip)]
    end: std::time::Instant,
}

fn main() {}
