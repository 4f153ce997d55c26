use metrics_core::{Histogram, Label, LabelSet, MetricSet, Outcome, timed};

#[derive(Clone, Copy, Label)]
enum Kind {
    Timeout,
}

#[derive(LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 10)]
    path: &'a str,
    outcome: Outcome,
}

#[derive(Clone, Copy, LabelSet)]
struct ByError {
    error: Option<Kind>,
}

/// Calls.
#[derive(MetricSet)]
struct Calls {
    /// Time by path.
    #[metric(unit = "seconds")]
    time: Histogram<ByPath<'static>>,
    /// Time by error.
    #[metric(unit = "seconds")]
    error_time: Histogram<ByError>,
}

#[timed(Calls::time)]
fn send() {}

#[timed(Calls::error_time)]
async fn receive() -> Result<u32, Kind> {
    Err(Kind::Timeout)
}

fn main() {}
