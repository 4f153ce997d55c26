use metrics_core::{Histogram, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "> 10",
        for = "5m",
        severity = "warning",
        summary = "Too many."
    ))]
    latency: Histogram,
}

fn main() {}
