use metrics_core::{Counter, Histogram, MetricSet, Registry, timed};

/// Every mistake is shown, and nobody who uses the set sees another.
#[derive(MetricSet)]
#[metrics(prefix = "App", registre = false)]
struct Set {
    no_help: Counter,
    /// Time.
    #[metric(unit = "ms", buckets = [1.0, 0.5, 0.1])]
    time: Histogram,
    /// Sent.
    #[metric(unit = "bytes", unit = "bytes", colour = "red")]
    sent: Counter,
    /// Sent again.
    sent_bytes: Counter,
    /// Not a metric either.
    text: String,
}

#[timed(Set::time)]
fn timed_by_it() {}

fn main() {
    Set::global().no_help.inc();
    let _ = Set::register(&Registry::new());
    let _ = Set::SET.families;
    timed_by_it();
}
