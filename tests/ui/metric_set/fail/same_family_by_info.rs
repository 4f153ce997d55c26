use metrics_core::{Gauge, Info, LabelSet, MetricSet};

#[derive(Clone, Copy, LabelSet)]
struct Build {
    optimized: bool,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// What was built.
    build_info: Info<Build>,
    /// Builds under way.
    build: Gauge,
}

fn main() {}
