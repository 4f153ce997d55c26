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
    /// Loaves by the till.
    #[metric(read = sold)]
    sold: Counter,
    /// Loaves by second.
    #[metric(rate_of = sold)]
    speed: Gauge<(), f64>,
}

fn sold() -> u64 {
    0
}

fn main() {}
