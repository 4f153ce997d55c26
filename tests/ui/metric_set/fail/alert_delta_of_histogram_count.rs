use metrics_core::{Histogram, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "delta($self_count[5m]) < -10",
        for = "5m",
        severity = "warning",
        summary = "Too many."
    ))]
    latency: Histogram,
}

fn main() {}
