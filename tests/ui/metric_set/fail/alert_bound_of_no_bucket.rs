use metrics_core::{Histogram, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = r#"rate($self_bucket{le="0.3"}[5m]) > 1"#,
        for = "5m",
        severity = "warning",
        summary = "Too many."
    ))]
    latency: Histogram,
}

fn main() {}
