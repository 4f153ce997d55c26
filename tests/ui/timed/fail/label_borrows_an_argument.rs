use metrics_core::{Histogram, LabelSet, MetricSet, timed};

#[derive(LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 10)]
    path: &'a str,
}

/// Requests.
#[derive(MetricSet)]
struct Http {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<ByPath<'static>>,
}

// the body owns `path`, and the label outlives the body
#[timed(Http::time, labels(path = path.as_str()))]
fn send(path: String) -> usize {
    path.len()
}

fn main() {
    send(String::new());
}
