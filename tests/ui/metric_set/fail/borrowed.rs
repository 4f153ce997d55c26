use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set<'a> {
    /// Things.
    things: Counter,
    #[metric(skip)]
    name: &'a str,
}

fn main() {}
