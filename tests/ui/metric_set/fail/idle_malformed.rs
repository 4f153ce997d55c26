use metrics_core::{Counter, LabelSet, MetricSet};

#[derive(Clone, Copy, LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 10)]
    path: &'a str,
}

/// A set.
#[derive(MetricSet)]
struct Set {
    /// Alone.
    #[metric(idle)]
    a: Counter<ByPath<'static>>,
    /// A number without a unit.
    #[metric(idle = 600)]
    b: Counter<ByPath<'static>>,
    /// The same as text.
    #[metric(idle = "600")]
    c: Counter<ByPath<'static>>,
    /// Nothing.
    #[metric(idle = "0s")]
    d: Counter<ByPath<'static>>,
    /// A word.
    #[metric(idle = "ten minutes")]
    e: Counter<ByPath<'static>>,
    /// As Go writes it.
    #[metric(idle = "1h30m")]
    f: Counter<ByPath<'static>>,
}

fn main() {}
