use metrics_core::{Counter, Histogram, MetricSet, timed};

/// A cache.
#[derive(MetricSet)]
#[metrics(register = false)]
struct CacheMetrics {
    /// Time of a look-up.
    #[metric(unit = "seconds")]
    lookup: Histogram,
    /// Look-ups.
    lookups: Counter,
}

struct Cache {
    metrics: CacheMetrics,
}

impl Cache {
    #[timed(self.metrics.lookup, counter = self.metrics.lookups, slo(p99 < "250ms"))]
    fn first(&self) {}
}

fn main() {
    let metrics = CacheMetrics::detached();
    Cache { metrics }.first();
}
