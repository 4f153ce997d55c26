use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(unit = "bytes" allow(base_unit))]
    things: Counter,
}

fn main() {}
