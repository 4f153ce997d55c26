use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "> 1000",
        for = 5,
        severity = "warning",
        summary = "Too many."
    ))]
    connections: Gauge,
}

fn main() {}
