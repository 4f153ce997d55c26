use metrics_core::{Counter, LabelSet, MetricSet};

#[derive(LabelSet)]
struct ByPath {
    #[label(open, max = 10)]
    path: &str,
    #[label(open, max = 10)]
    host: Option<&str>,
}

/// A server.
#[derive(MetricSet)]
struct Server {
    /// Requests.
    requests: Counter<ByPath>,
}

fn main() {}
