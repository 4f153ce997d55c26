//! When somebody is to be told of a registry's own trouble. A family is there only where the registry can have it, so that
//! each is an alert of the services that it concerns.

use core::time::Duration;

use super::SOURCE;
use crate::declare::{Alert, MetricName, Promql, Selector, Span};

pub(super) const OVERFLOW: Alert = grows(
    "MetricLabelOverflow",
    "{{ $labels.family }} of {{ $labels.job }} has more label values than it may keep apart.",
    "New values are counted in the overflow series and cannot be told apart. Find the label that grows, or raise the `max` with which it was declared.",
);
pub(super) const REJECTED: Alert = grows(
    "MetricUpdatesRejected",
    "{{ $labels.family }} of {{ $labels.job }} is given values that it cannot take.",
    "Updates were refused, because they would have made the family wrong: a counter that was to go down, or what is not a number.",
);
pub(super) const PANICS: Alert = grows(
    "MetricReadPanics",
    "{{ $labels.family }} of {{ $labels.job }} cannot be read.",
    "The function that the family is read from panics; scrapes are without its value then.",
);
pub(super) const TIMEOUTS: Alert = grows(
    "MetricReadTimeouts",
    "{{ $labels.family }} of {{ $labels.job }} is not ready in time.",
    "The function that the family is read from takes too long; scrapes are without its value then.",
);
pub(super) const COLLECTOR_PANICS: Alert = grows(
    "MetricCollectorPanics",
    "The collector {{ $labels.collector }} of {{ $labels.job }} panics.",
    "What it brings up to date is missing from scrapes, or old.",
);
pub(super) const COLLECTOR_TIMEOUTS: Alert = grows(
    "MetricCollectorTimeouts",
    "The collector {{ $labels.collector }} of {{ $labels.job }} is not ready in time.",
    "It takes too long; what it brings up to date is missing from scrapes, or old.",
);
pub(super) const HIDDEN: Alert = alert(
    "MetricFamiliesHidden",
    ABOVE_ZERO,
    "{{ $value }} families of {{ $labels.job }} are not exposed.",
    "Their names clash with others. `Registry::check` tells which, and where they were declared.",
);

const OWN: Selector = Selector {
    metric: MetricName::Own(""),
    matchers: &[],
    range: None,
    offset: None,
};

const ABOVE_ZERO: Promql = above_zero(&Promql::Selector(OWN));

/// Of a counter that stands still when all is well.
const INCREASES: Promql = above_zero(&Promql::Call {
    function: "increase",
    arguments: &[Promql::Selector(Selector {
        range: Some(Span {
            text: "10m",
            millis: 600_000,
        }),
        ..OWN
    })],
});

const fn above_zero(left: &'static Promql) -> Promql {
    Promql::Binary {
        operator: ">",
        bool: false,
        matching: None,
        left,
        right: &Promql::Number(0.0),
    }
}

const fn grows(name: &'static str, summary: &'static str, description: &'static str) -> Alert {
    alert(name, INCREASES, summary, description)
}

const fn alert(
    name: &'static str,
    expr: Promql,
    summary: &'static str,
    description: &'static str,
) -> Alert {
    Alert {
        name,
        expr,
        hold: Duration::from_secs(60),
        severity: "warning",
        summary,
        description,
        runbook: "",
        example: None,
        source: SOURCE,
    }
}

#[cfg(test)]
mod tests {
    use crate::register::trouble::RESERVED;

    #[test]
    fn somebody_is_told_of_every_trouble() {
        let expressions = RESERVED.map(|family| match family.alerts() {
            [alert] => alert.expr.of(family.name()).to_string(),
            alerts => panic!("{}: {alerts:?}", family.name()),
        });
        let [counters @ .., hidden] = &expressions;
        assert_eq!(
            counters[0],
            "increase(metrics_label_overflows_total[10m]) > 0"
        );
        assert!(counters.iter().all(|text| text.starts_with("increase(")));
        assert_eq!(hidden, "metrics_hidden_families > 0");
        let mut names = RESERVED.map(|family| family.alerts()[0].name);
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }
}
