use metrics_core::{Counter, Histogram, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server {
    /// How long it takes.
    #[metric(unit = "seconds")]
    latency_bytes: Histogram,
    /// What is read.
    #[metric(unit = "bytes")]
    read_seconds_total: Counter,
    /// What is written, named twice wrong.
    #[metric(name = "y_seconds_bucket", unit = "bytes")]
    written: Histogram,
}

fn main() {}
