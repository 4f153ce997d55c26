use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Hits.
    #[metric(name = "legacy_hits")]
    hits: Counter,
}

fn main() {}
