use metrics_core::{Counter, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "sum by (job) ($self) > 1000",
        for = "5m",
        severity = "warning",
        summary = "Too many."
    ))]
    errors: Counter,
}

fn main() {}
