use metrics_core::{Counter, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server {
    /// Requests under way, which a gauge would tell.
    requests: Counter,
}

fn main() {
    Server::global().requests.inc_by(-1);
}
