use metrics_core::{MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    #[metric(skip)]
    size: usize,
}

fn main() {}
