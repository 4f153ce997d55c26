use metrics_core::{Histogram, MetricSet, timed};

/// A cache.
#[derive(MetricSet)]
struct Cache {
    /// Time of a look-up.
    #[metric(unit = "seconds")]
    lookup: Histogram,
}

impl Cache {
    #[timed(Self::lookup, slo(p99 < "250ms"))]
    fn first(&self) {}
}

fn main() {
    Cache::global().first();
}
