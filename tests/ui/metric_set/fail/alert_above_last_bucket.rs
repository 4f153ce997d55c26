use metrics_core::{Histogram, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(
        unit = "seconds",
        alert(
            name = "TooMany",
            expr = "p99[5m] > 10s",
            for = "5m",
            severity = "warning",
            summary = "Too many."
        )
    )]
    latency: Histogram,
}

fn main() {}
