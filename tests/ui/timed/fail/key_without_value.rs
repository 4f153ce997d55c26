use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, timed};

#[derive(Clone, Copy, Label)]
enum Method {
    Get,
}

#[derive(LabelSet)]
struct ByMethod {
    method: Method,
    secure: bool,
    outcome: Outcome,
}

/// Requests.
#[derive(MetricSet)]
struct Http {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<ByMethod>,
    /// Time without labels.
    #[metric(unit = "seconds")]
    plain: Histogram,
    /// Requests.
    requests: Counter,
    /// In flight.
    in_flight: Gauge,
}

#[timed(Http::plain, in_flight)]
fn send() {}

fn main() {
    send();
}
