use metrics_core::{Gauge, MetricSet};

fn count(of: u64) -> u64 {
    of
}

/// A server.
#[derive(MetricSet)]
struct Server {
    /// Connections.
    #[metric(read = self::count(7))]
    connections: Gauge,
}

fn main() {}
