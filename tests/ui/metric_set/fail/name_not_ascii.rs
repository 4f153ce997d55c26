use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server {
    /// How large it is.
    größe: Gauge,
}

fn main() {}
