use metrics_core::{Counter, Gauge, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "app_gauge")]
struct Set {
    /// Requests.
    requests: Counter,
    /// Requests in flight.
    in_flight: Gauge,
    /// Jobs that wait.
    waiting: Gauge,
}

fn main() {}
