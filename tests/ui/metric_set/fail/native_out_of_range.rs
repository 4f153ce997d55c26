use metrics_core::{Histogram, MetricSet};

const FACTOR: f64 = 1.1;

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Too fine.
    #[metric(native(factor = 1.001))]
    a: Histogram,
    /// Nothing grows.
    #[metric(native(factor = 1, max_buckets = 100))]
    b: Histogram,
    /// Not written as a number.
    #[metric(native(factor = FACTOR))]
    c: Histogram,
    /// Too few.
    #[metric(native(max_buckets = 1))]
    d: Histogram,
    /// Too many.
    #[metric(native(max_buckets = 100_000))]
    e: Histogram,
    /// Below 0.
    #[metric(native(zero_threshold = -0.5))]
    f: Histogram,
}

fn main() {}
