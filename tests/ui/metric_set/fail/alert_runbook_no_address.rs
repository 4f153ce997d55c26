use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "> 1000",
        for = "5m",
        severity = "warning",
        summary = "Too many.",
        runbook = "wiki/Connections"
    ))]
    connections: Gauge,
}

fn main() {}
