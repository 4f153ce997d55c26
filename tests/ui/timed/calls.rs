// A set for those who have mistakes elsewhere.

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome};

#[derive(Clone, Copy, Label)]
enum Kind {
    Timeout,
    Refused,
}

#[derive(Clone, Copy, LabelSet)]
struct ByOutcome {
    outcome: Outcome,
}

#[derive(Clone, Copy, LabelSet)]
struct ByError {
    error: Option<Kind>,
}

/// Calls.
#[derive(MetricSet)]
struct Calls {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<ByOutcome>,
    /// Time by error.
    #[metric(unit = "seconds")]
    error_time: Histogram<ByError>,
    /// Calls.
    calls: Counter<ByOutcome>,
    /// In flight.
    in_flight: Gauge<ByOutcome>,
}
