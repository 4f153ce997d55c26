use metrics_core::{Info, LabelSet, MetricSet};

#[derive(Clone, Copy, LabelSet)]
struct Build {
    optimized: bool,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// What was built.
    #[metric(unit = "seconds")]
    build: Info<Build>,
}

fn main() {}
