use metrics_core::{Info, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// What was built.
    build: Info<String>,
}

fn main() {}
