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
    /// Time to sell.
    #[metric(unit = "seconds", native)]
    selling: Histogram,
    /// What most sales take at most.
    #[metric(unit = "seconds", quantile_of = selling, q = 0.95)]
    selling_most: Gauge<(), f64>,
}

fn main() {}
