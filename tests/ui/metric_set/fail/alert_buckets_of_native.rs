use metrics_core::{Histogram, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(
        native,
        alert(
            name = "TooMany",
            expr = "histogram_quantile(0.9, sum by (le) (rate($self_bucket[5m]))) > 1",
            for = "5m",
            severity = "warning",
            summary = "Too many."
        )
    )]
    latency: Histogram,
}

fn main() {}
