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
    /// Share of good loaves.
    #[metric(ratio = good / bad * 100)]
    share: Gauge<(), f64>,
}

fn main() {}
