use metrics_core::{Counter, Gauge, Histogram, MetricSet};

/// A bakery.
#[derive(MetricSet)]
struct Bakery {
    /// Loaves that are good.
    good: Counter,
    /// Loaves that are not.
    bad: Counter,
    /// Loaves on the shelf.
    shelf: Gauge,
    /// Time to bake.
    #[metric(unit = "seconds")]
    baking: Histogram,
    /// What half of the loaves take.
    #[metric(quantile_of = baking + baking, q = 0.5)]
    median: Gauge<(), f64>,
}

fn main() {}
