use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "sum by (namespace, job) ($self) > 1",
        for = "5m",
        severity = "warning",
        summary = "Too many at {{ $labels.instance }}."
    ))]
    connections: Gauge,
}

fn main() {}
