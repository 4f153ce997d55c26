use metrics_core::{Counter, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "== 0",
        for = "5m",
        severity = "warning",
        summary = "Too many."
    ))]
    errors: Counter,
}

fn main() {}
