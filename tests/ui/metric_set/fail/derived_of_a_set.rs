use metrics_core::{Counter, Gauge, Histogram, MetricSet};

/// An oven.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Oven {
    /// Loaves in it.
    loaves: Counter,
}

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
    #[metric(flatten, prefix = "oven")]
    oven: Oven,
    /// Loaves by oven.
    #[metric(rate_of = oven)]
    speed: Gauge<(), f64>,
}

fn main() {}
