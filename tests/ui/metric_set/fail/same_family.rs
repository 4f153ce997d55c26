use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Bytes sent.
    #[metric(unit = "bytes")]
    sent: Counter,
    /// The same.
    sent_bytes: Counter,
}

fn main() {}
