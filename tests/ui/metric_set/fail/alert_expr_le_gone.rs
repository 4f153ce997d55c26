use metrics_core::{Histogram, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "histogram_quantile(0.99, sum by (job) (rate($self_bucket[5m]))) > 1",
        for = "5m",
        severity = "warning",
        summary = "Too many."
    ))]
    latency: Histogram,
}

fn main() {}
