use metrics_core::{Counter, LabelSet, MetricSet};

#[derive(Clone, Copy, LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 10)]
    path: &'a str,
}

fn count() -> u64 {
    1
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// A value that does not belong there.
    #[metric(exemplars = true)]
    requests: Counter,
    /// Read from a function.
    #[metric(exemplars, read = count)]
    reads: Counter,
    /// The same with an expiry.
    #[metric(idle = "10m", read = count)]
    writes: Counter<ByPath<'static>>,
}

fn main() {}
