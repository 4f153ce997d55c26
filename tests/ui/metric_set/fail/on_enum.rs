use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
enum Set {
    Things(Counter),
}

fn main() {}
