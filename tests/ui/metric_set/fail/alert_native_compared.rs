use metrics_core::{Histogram, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(
        native,
        alert(
            name = "TooMany",
            expr = "rate($self[5m]) > 5",
            for = "5m",
            severity = "warning",
            summary = "Too many."
        )
    )]
    time_seconds: Histogram,
}

fn main() {}
