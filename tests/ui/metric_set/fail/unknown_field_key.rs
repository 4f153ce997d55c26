use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[metric(help = "things")]
    things: Counter,
}

fn main() {}
