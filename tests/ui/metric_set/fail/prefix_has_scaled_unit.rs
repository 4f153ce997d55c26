use metrics_core::{Counter, MetricSet};

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "app_hours")]
struct Set {
    /// Requests.
    requests: Counter,
    /// Requests in flight.
    in_flight: Counter,
}

fn main() {}
