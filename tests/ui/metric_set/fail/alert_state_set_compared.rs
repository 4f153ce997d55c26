use metrics_core::{Label, MetricSet, StateSet};

#[derive(Clone, Copy, Label)]
enum Phase {
    Starting,
    Running,
}

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "== 1",
        for = "5m",
        severity = "warning",
        summary = "Too many."
    ))]
    phase: StateSet<Phase>,
}

fn main() {}
