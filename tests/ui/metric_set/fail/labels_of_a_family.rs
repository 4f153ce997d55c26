use metrics_core::{Counter, LabelSet, MetricSet};

#[derive(Clone, Copy, LabelSet)]
struct ByCache {
    cached: bool,
}

/// A set.
#[derive(MetricSet)]
#[metrics(labels(zone = "a", cached = "yes"))]
struct Set {
    /// Requests.
    requests: Counter<ByCache>,
}

fn main() {}
