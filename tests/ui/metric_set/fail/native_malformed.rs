use metrics_core::{Histogram, MetricSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// A text.
    #[metric(native = "yes")]
    a: Histogram,
    /// A number that stands for nothing.
    #[metric(native(160))]
    b: Histogram,
    /// A key that is not known.
    #[metric(native(schema = 3))]
    c: Histogram,
    /// A key without a value.
    #[metric(native(factor))]
    d: Histogram,
    /// Keys without a comma.
    #[metric(native(factor = 1.1 max_buckets = 20))]
    e: Histogram,
    /// The same key twice.
    #[metric(native(factor = 1.1, factor = 1.2))]
    f: Histogram,
}

fn main() {}
