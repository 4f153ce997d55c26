use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "sum($self) > 1",
        for = "5m",
        severity = "warning",
        summary = "{{ $labels.severity }}"
    ))]
    connections: Gauge,
}

fn main() {}
