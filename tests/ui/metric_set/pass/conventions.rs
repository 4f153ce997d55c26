//! Conventions that are broken on purpose, names that only look as if they broke one, and those of each kind.

use metrics_core::{Counter, Gauge, Histogram, Info, LabelSet, MetricSet, StateSet};

#[derive(Clone, Copy, LabelSet)]
struct Build {
    optimized: bool,
}

/// On purpose.
#[derive(MetricSet)]
#[metrics(prefix = "hours", register = false)]
struct Allowed {
    /// An inner word.
    #[metric(allow(base_unit))]
    days_left: Gauge,
    /// The kind in the name.
    #[metric(allow(kind_in_name, base_unit))]
    jobs_counter: Counter,
    /// What is no info.
    #[metric(allow(gauge_info, base_unit))]
    kernel_info: Gauge,
    /// Beside it there may be what would be one family with an info.
    #[metric(allow(base_unit))]
    kernel: Gauge,
}

/// Nothing is broken.
#[derive(MetricSet)]
#[metrics(prefix = "gauge", register = false)]
struct Fine {
    /// promtool looks at the first unit.
    seconds_per_day: Gauge,
    /// Of another kind.
    counter_resets: Gauge,
    /// Words in words.
    alarms_minimum: Gauge,
    /// The suffix is there already.
    build_info: Info<Build>,
    /// And here it comes from the prefix and the name.
    info: Info<Build>,
    /// Whole.
    #[metric(name = "s_info")]
    whole: Info<Build>,
    /// A state.
    le: StateSet<bool>,
    /// Waited.
    #[metric(unit = "seconds")]
    wait: Histogram,
    /// All.
    total: Counter,
}

fn main() {
    let names = |set: metrics_core::SetDescriptor| {
        let names = set.families.iter().map(|family| family.name());
        names.collect::<Vec<_>>()
    };
    assert_eq!(
        names(Allowed::SET),
        ["hours_days_left", "hours_jobs_counter_total", "hours_kernel_info", "hours_kernel"]
    );
    assert_eq!(
        names(Fine::SET),
        [
            "gauge_seconds_per_day",
            "gauge_counter_resets",
            "gauge_alarms_minimum",
            "gauge_build_info",
            "gauge_info",
            "s_info",
            "gauge_le",
            "gauge_wait_seconds",
            "gauge_total",
        ]
    );
    let set = Allowed::detached();
    set.days_left.set(1);
    let fine = Fine::detached();
    fine.le.set(true);
}
