use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server<T> {
    connections: Gauge,
    #[metric(skip)]
    other: T,
}

fn main() {}
