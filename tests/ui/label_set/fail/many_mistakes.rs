use metrics_core::{Counter, Histogram, LabelSet, MetricSet, timed};

/// Every mistake is shown, and nobody who uses the set sees another.
#[derive(LabelSet)]
#[labels(max_series = 0, colour = "red")]
struct ByPath<'a> {
    #[label(open)]
    path: &'a str,
    le: bool,
    #[label(name = "le ")]
    limit: bool,
    #[label(max = 3, size = 4)]
    code: u16,
}

/// Requests.
#[derive(MetricSet)]
struct Http {
    /// Requests.
    requests: Counter<ByPath<'static>>,
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<ByPath<'static>>,
}

#[timed(Http::time, labels(path, le = true))]
fn get(path: &str) {}

fn main() {
    get("/");
    let path = String::from("/");
    let labels = ByPath { path: &path, le: true, limit: true, code: 1 };
    Http::global().requests.with(labels).inc();
}
