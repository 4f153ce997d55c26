use metrics_core::{Gauge, MetricSet};

/// A part.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Inner {
    /// What it measures.
    connections: Gauge,
}

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(
        flatten,
        alert(
            name = "TooMany",
            expr = "> 1000",
            for = "5m",
            severity = "warning",
            summary = "Too many."
        )
    )]
    inner: Inner,
}

fn main() {}
