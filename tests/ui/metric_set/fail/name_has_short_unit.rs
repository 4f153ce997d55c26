use metrics_core::{Counter, Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct Set {
    /// Time left.
    ms_left: Gauge,
    /// Bytes sent.
    sent_b: Counter,
    /// Time that was played.
    played_h: Counter,
}

fn main() {}
