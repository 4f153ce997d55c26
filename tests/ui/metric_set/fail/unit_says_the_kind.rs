use metrics_core::{Counter, Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server {
    /// Jobs that wait.
    #[metric(unit = "total")]
    jobs: Gauge,
    /// What was built.
    #[metric(unit = "info")]
    build: Gauge,
    /// Sizes added up.
    #[metric(unit = "sum")]
    sizes: Counter,
    /// Time that is left.
    #[metric(unit = "seconds_total")]
    time: Gauge,
    /// Connections.
    #[metric(unit = "gauge", allow(kind_in_name))]
    connections: Gauge,
}

fn main() {}
