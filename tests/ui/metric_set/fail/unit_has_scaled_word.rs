use metrics_core::{Gauge, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Server {
    /// What is sent.
    #[metric(unit = "kilobytes_per_second")]
    throughput: Gauge,
    /// When it was last seen.
    #[metric(unit = "minutes_ago")]
    seen: Gauge,
    /// How full it is.
    #[metric(unit = "%")]
    load: Gauge,
}

fn main() {}
