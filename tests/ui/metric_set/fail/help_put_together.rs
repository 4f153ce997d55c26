use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server {
    #[doc = concat!("Open ", "connections.")]
    connections: Gauge,
}

fn main() {}
