use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server {
    /// Called like a series.
    latency_bucket: Gauge,
}

fn main() {}
