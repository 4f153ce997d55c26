use metrics_core::{Gauge, MetricSet};

/// A bakery.
#[derive(MetricSet)]
struct Bakery {
    /// A half.
    #[metric(ratio = 1 / 2)]
    half: Gauge<(), f64>,
}

fn main() {}
