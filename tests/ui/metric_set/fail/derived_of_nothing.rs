use metrics_core::{Gauge, MetricSet};

/// A bakery.
#[derive(MetricSet)]
struct Bakery {
    /// Loaves in a second.
    #[metric(rate_of = good)]
    speed: Gauge<(), f64>,
}

fn main() {}
