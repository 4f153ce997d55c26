use metrics_core::{Histogram, MetricSet, timed};

/// A cache.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Cache {
    /// Time of a look-up.
    #[metric(unit = "seconds")]
    lookup: Histogram,
}

#[timed(Cache::lookup, slo(p99 < "250ms"))]
fn first() {}

fn main() {
    first();
}
