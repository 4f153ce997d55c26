use metrics_core::{Counter, Gauge, Info, LabelSet, MetricSet, StateSet};

#[derive(Clone, Copy, LabelSet)]
struct ByCached {
    cached: bool,
}

#[derive(Clone, Copy, LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 10)]
    path: &'a str,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Without labels.
    #[metric(idle = "10m")]
    requests: Counter,
    /// With labels that are all finite.
    #[metric(idle = "10m")]
    sizes: Gauge<ByCached>,
    /// An info.
    #[metric(idle = "10m")]
    build: Info<ByPath<'static>>,
    /// A state.
    #[metric(idle = "10m")]
    on: StateSet<bool>,
}

fn main() {}
