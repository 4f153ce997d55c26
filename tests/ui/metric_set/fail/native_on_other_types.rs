use metrics_core::{Counter, Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Requests.
    #[metric(native)]
    requests: Counter,
    /// Requests in flight.
    #[metric(native(factor = 1.5))]
    in_flight: Gauge,
    /// A histogram that has no native buckets.
    #[metric(native)]
    old: prometheus::Histogram,
}

fn main() {}
