use metrics_core::{MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set;

fn main() {}
