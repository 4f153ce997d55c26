use metrics_core::{Counter, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "max_over_time(rate($self[5m])[1h:1m]) > 10",
        for = "5m",
        severity = "warning",
        summary = "Too many."
    ))]
    errors: Counter,
}

fn main() {}
