use metrics_core::{MetricSet};

/// A set.
#[derive(MetricSet)]
union Set {
    things: u8,
}

fn main() {}
