use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Things.
    #[allow(non_snake_case)]
    LLMRequests: Counter,
}

fn main() {}
