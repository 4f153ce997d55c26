use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set(Counter, Counter);

fn main() {}
