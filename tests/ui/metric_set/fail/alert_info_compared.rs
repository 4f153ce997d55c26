use metrics_core::{Info, LabelSet, MetricSet};

#[derive(LabelSet)]
struct Build {
    #[label(open, max = 10)]
    version: String,
}

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "> 0",
        for = "5m",
        severity = "warning",
        summary = "Too many."
    ))]
    build: Info<Build>,
}

fn main() {}
