use metrics_core::{Counter, Gauge, Histogram, MetricSet, StateSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Requests.
    requests_counter: Counter,
    /// Latency.
    #[metric(unit = "seconds")]
    latency_histogram: Histogram,
    /// Jobs that wait.
    #[metric(name = "jobs_gauge_now")]
    jobs: Gauge,
    /// Whether it is on, which the text format calls a gauge.
    on_gauge: StateSet<bool>,
}

fn main() {}
