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
    /// Good loaves in all loaves.
    #[metric(ratio = good / (good + bad))]
    share: Gauge<(), f64>,
    /// That by what is on the shelf.
    #[metric(ratio = share / shelf)]
    by_shelf: Gauge<(), f64>,
}

fn main() {}
