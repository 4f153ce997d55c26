use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server<T> {
    /// Connections.
    connections: Gauge,
}

fn main() {}
