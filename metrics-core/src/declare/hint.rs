//! What a metric says of how it is to be used by others: `#[metric(hpa(…))]`, `#[metric(panels(…))]`.

use super::promql::Span;

/// Keep the number of replicas so that the metric has this average: `#[metric(hpa(average = 100, min = 2, max = 10))]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaling {
    /// The average over all pods, above 0.
    pub average: f64,
    /// The fewest replicas, at least 1.
    pub min: u32,
    /// The most replicas, at least as many.
    pub max: u32,
}

/// Panels that a dashboard has of a gauge beside its time series: `#[metric(panels(stat, rate = "5m", change = "1h"))]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panels {
    /// The newest value, large, with a background whose colours are those of the alerts.
    pub stat: bool,
    /// How fast it changes, over this range.
    pub rate: Option<Span>,
    /// By how much it has changed in this range, as bars.
    pub change: Option<Span>,
}
