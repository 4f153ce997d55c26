use metrics_core::{Counter, Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server {
    /// Requests.
    requests: Counter<f64>,
    /// Connections.
    connections: Gauge<u64>,
}

fn main() {}
