use metrics_core::{Counter, Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Time that was played.
    minutes_played: Counter,
    /// Bits on the wire.
    kibibits_sent: Counter,
    /// Days since the last visit.
    #[metric(name = "app_days_since_visit")]
    visit: Gauge,
}

fn main() {}
