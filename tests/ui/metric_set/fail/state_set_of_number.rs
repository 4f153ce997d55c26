use metrics_core::{MetricSet, StateSet};

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Which it is.
    which: StateSet<u8>,
}

fn main() {}
