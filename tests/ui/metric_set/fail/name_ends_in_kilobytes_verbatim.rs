use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Sent.
    #[metric(name = "sent_kilobytes_total")]
    sent: Counter,
}

fn main() {}
