use metrics_core::{Histogram, MetricSet};

/// A server.
#[derive(MetricSet)]
struct Set {
    /// What it measures.
    #[metric(
        unit = "milliseconds",
        allow(base_unit),
        buckets = [100.0, 1000.0, 5000.0],
        alert(
            name = "TooSlow",
            expr = "p99[5m] > 1s",
            for = "5m",
            severity = "warning",
            summary = "It takes {{ $value | humanizeDuration }}."
        ),
        alert(
            name = "TooSlowInSeconds",
            expr = "p99[5m] / 1000 > 1",
            for = "5m",
            severity = "warning",
            summary = "It takes {{ $value | humanizeDuration }}."
        )
    )]
    latency: Histogram,
}

fn main() {}
