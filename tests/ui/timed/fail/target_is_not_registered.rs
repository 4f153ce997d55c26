use metrics_core::timed;

/// A set of several instances.
#[derive(metrics_core::MetricSet)]
#[metrics(register = false)]
struct Own {
    /// Time.
    #[metric(unit = "seconds")]
    time: metrics_core::Histogram,
}

#[timed(Own::time)]
fn send() {}

fn main() {
    send();
}
