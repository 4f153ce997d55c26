use metrics_core::{Counter, Histogram, LabelSet, MetricSet, Outcome, timed};

#[derive(LabelSet)]
struct ByOutcome {
    outcome: Outcome,
}

#[derive(LabelSet)]
struct ByRetry {
    retry: bool,
}

/// Requests.
#[derive(MetricSet)]
#[metrics(prefix = "http")]
struct Http {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<ByOutcome>,
    /// Time of tries.
    #[metric(unit = "seconds", buckets = [0.1, 0.2])]
    tries: Histogram<ByRetry>,
    /// Length.
    #[metric(unit = "bytes", buckets = [1, 10])]
    length: Histogram,
    /// Requests.
    requests: Counter,
}

#[timed(Http::tim, slo(p99 < "1s", success > 99.9))]
fn send() {}

fn main() {
    send();
}
