use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "a_very_long_prefix_a_very_long_prefix_a_very_long_prefix_a_very_long_prefix_a_very_long_prefix_a_very_long_prefix_a_very_long_prefix_x")]
struct Set {
    /// Things.
    things: Counter,
}

fn main() {}
