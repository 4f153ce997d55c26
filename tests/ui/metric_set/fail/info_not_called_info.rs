use metrics_core::{Info, LabelSet, MetricSet};

#[derive(Clone, Copy, LabelSet)]
struct Build {
    optimized: bool,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// What was built.
    #[metric(name = "app_build")]
    build: Info<Build>,
}

fn main() {}
