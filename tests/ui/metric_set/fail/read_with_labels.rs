use metrics_core::{Gauge, Label, LabelSet, MetricSet};

#[derive(Label)]
enum Kind {
    Only,
}

#[derive(LabelSet)]
struct ByKind {
    kind: Kind,
}

fn count() -> u64 {
    1
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(read = count)]
    things: Gauge<ByKind>,
}

fn main() {}
