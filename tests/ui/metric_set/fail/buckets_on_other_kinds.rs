use metrics_core::{Gauge, Info, LabelSet, MetricSet, StateSet};

#[derive(Clone, Copy, LabelSet)]
struct Build {
    optimized: bool,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Requests in flight.
    #[metric(buckets = [1.0])]
    in_flight: Gauge,
    /// What was built.
    #[metric(buckets = [1.0])]
    build: Info<Build>,
    /// Whether it is on.
    #[metric(buckets = [1.0])]
    on: StateSet<bool>,
}

fn main() {}
