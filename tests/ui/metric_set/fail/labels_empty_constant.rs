use metrics_core::{Counter, MetricSet};

const ZONE: &str = "";

/// A server.
#[derive(MetricSet)]
#[metrics(labels(zone = ZONE))]
struct Server {
    /// Requests.
    requests: Counter,
}

fn main() {}
