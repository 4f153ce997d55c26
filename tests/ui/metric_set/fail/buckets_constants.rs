use metrics_core::{Histogram, MetricSet};

const NOT_NUMBERS: &[f64] = &[0.1, f64::NAN];
const TOO_MANY: &[f64] = &[0.0; 201];

/// A server.
#[derive(MetricSet)]
struct Server {
    /// Latency.
    #[metric(buckets = NOT_NUMBERS)]
    latency: Histogram,
    /// Sizes.
    #[metric(buckets = TOO_MANY)]
    size: Histogram,
}

fn main() {}
