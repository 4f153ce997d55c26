use metrics_core::{Counter, Label, LabelSet, MetricSet};

#[derive(Clone, Copy, Label)]
enum Provider {
    OpenAi,
    Anthropic,
}

#[derive(Clone, Copy, LabelSet)]
struct ByProvider {
    provider: Provider,
}

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(alert(
        name = "TooMany",
        expr = "rate[5m] > 10",
        for = "5m",
        severity = "warning",
        summary = "{{ $labels.provder }} fails."
    ))]
    errors: Counter<ByProvider>,
}

fn main() {}
