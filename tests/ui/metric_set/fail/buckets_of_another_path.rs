use metrics_core::{Histogram, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server {
    /// How large requests are.
    #[metric(buckets = metrics::linear(1, 1, 10))]
    size: Histogram,
}

fn main() {}
