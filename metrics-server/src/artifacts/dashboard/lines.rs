//! Lines at values that matter: where alerts fire, and what was promised. From the constants of declarations, as far as
//! they compare something that a panel shows with a number.

use metrics_core::promql::{MetricName, Promql, Selector, Span};
use metrics_core::{Alert, Objective};

use super::looks::Step;
use super::subject::Subject;
use super::unit;
use crate::artifacts::length::for_people;

/// A value at which something begins to matter.
#[derive(Clone, Debug)]
pub(super) struct Line {
    value: f64,
    colour: &'static str,
    /// What it is, for the description.
    says: String,
}

/// What an alert compares with a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Compared {
    /// The value of a gauge.
    Value,
    /// The rate of a counter, series by series.
    Rate,
    /// The rate of many series of a counter together.
    Total,
    /// This quantile of a histogram.
    Quantile(f64),
    /// What this function makes of this range of each series.
    Over(&'static str, Span),
}

/// An alert that compares something with a number.
#[derive(Clone, Copy, Debug)]
struct Comparison {
    of: Compared,
    operator: &'static str,
    number: f64,
    alert: &'static Alert,
}

/// The alerts of a family that say something about what this is.
fn comparisons<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = Comparison> + 'a {
    let name = subject.name();
    let alerts = subject.family.descriptor().alerts().iter();
    alerts.filter_map(move |alert| {
        let (left, operator, number) = comparison(&alert.expr)?;
        let of = compared(left, name)?;
        number.is_finite().then_some(Comparison {
            of,
            operator,
            number,
            alert,
        })
    })
}

/// The sides of a comparison with a number.
fn comparison(expr: &'static Promql) -> Option<(&'static Promql, &'static str, f64)> {
    match bare(expr) {
        Promql::Binary {
            operator,
            left,
            right,
            ..
        } => {
            let is_known = [">", ">=", "<", "<=", "=="].contains(operator);
            let number = number(right).filter(|_| is_known)?;
            Some((left, operator, number))
        }
        _ => None,
    }
}

fn bare(expr: &'static Promql) -> &'static Promql {
    match expr {
        Promql::Group(inner) => bare(inner),
        other => other,
    }
}

fn number(expr: &'static Promql) -> Option<f64> {
    match bare(expr) {
        Promql::Number(number) => Some(*number),
        Promql::Negative(of) => number(of).map(|number| -number),
        _ => None,
    }
}

fn compared(expr: &'static Promql, name: &str) -> Option<Compared> {
    match bare(expr) {
        Promql::Selector(selector) => {
            (is_own(selector, name) && selector.range.is_none()).then_some(Compared::Value)
        }
        Promql::Aggregation { of, .. } => match compared(of, name)? {
            Compared::Rate => Some(Compared::Total),
            _ => None,
        },
        Promql::Call {
            function: "histogram_quantile",
            arguments: [q, of],
        } => {
            let mut is_of_it = false;
            of.selectors(&mut |selector| is_of_it |= is_own(selector, name));
            number(q).filter(|_| is_of_it).map(Compared::Quantile)
        }
        Promql::Call {
            function,
            arguments: [of],
        } => match bare(of) {
            Promql::Selector(selector) if is_own(selector, name) => match *function {
                "rate" | "irate" => Some(Compared::Rate),
                function => Some(Compared::Over(function, selector.range?)),
            },
            _ => None,
        },
        _ => None,
    }
}

fn is_own(selector: &Selector, name: &str) -> bool {
    match selector.metric {
        MetricName::Own(_) => true,
        MetricName::Named(other) => other
            .strip_prefix(name)
            .is_some_and(|suffix| ["", "_bucket"].contains(&suffix)),
    }
}

/// Whether the family's alerts compare this.
pub(super) fn are_of(subject: &Subject<'_>, of: Compared) -> bool {
    comparisons(subject).any(|comparison| comparison.of == of)
}

/// The functions of ranges that alerts compare, each once.
pub(super) fn ranges(subject: &Subject<'_>) -> Vec<(&'static str, Span)> {
    let mut ranges = Vec::new();
    for comparison in comparisons(subject) {
        if let Compared::Over(function, range) = comparison.of
            && !ranges.contains(&(function, range))
        {
            ranges.push((function, range));
        }
    }
    ranges
}

/// Where alerts begin that compare what this accepts.
pub(super) fn of_alerts(subject: &Subject<'_>, of: impl Fn(Compared) -> bool) -> Vec<Line> {
    comparisons(subject)
        .filter(|comparison| of(comparison.of))
        .map(|comparison| {
            let Comparison {
                operator, number, ..
            } = comparison;
            Line {
                value: number,
                colour: colour(comparison.alert),
                says: format!("alert `{}` ({operator} {number})", comparison.alert.name),
            }
        })
        .collect()
}

/// What was promised of the durations of calls, in the unit of the histogram.
pub(super) fn of_latency(subject: &Subject<'_>) -> Vec<Line> {
    let Some(in_a_second) = unit::in_a_second(subject.family) else {
        return Vec::new();
    };
    let objectives = subject.latency.iter();
    objectives
        .map(|(latency, objective)| Line {
            value: rounded(latency.threshold.as_secs_f64() * in_a_second),
            colour: "red",
            says: format!(
                "the objective p{} < {} of `{}`",
                latency.percent,
                for_people(latency.threshold),
                objective.function
            ),
        })
        .collect()
}

/// How many calls may fail, as a share of all.
pub(super) fn of_success(objectives: &[&Objective]) -> Vec<Line> {
    let promised = objectives
        .iter()
        .filter_map(|one| Some((one, one.success?)));
    promised
        .map(|(objective, success)| Line {
            value: success.budget,
            colour: "red",
            says: format!(
                "the objective success > {} % of `{}`",
                success.percent, objective.function
            ),
        })
        .collect()
}

/// The quantiles that are worth a line: three for everybody, and those that alerts and objectives are about.
pub(super) fn quantiles(subject: &Subject<'_>) -> Vec<f64> {
    let mut quantiles = vec![0.5, 0.9, 0.99];
    quantiles.extend(comparisons(subject).filter_map(|one| match one.of {
        Compared::Quantile(q) if q > 0.0 && q < 1.0 => Some(rounded(q)),
        _ => None,
    }));
    let promised = subject.latency.iter();
    quantiles.extend(promised.map(|(latency, _)| rounded(latency.percent / 100.0)));
    quantiles.sort_by(f64::total_cmp);
    quantiles.dedup();
    quantiles
}

/// 0.99 as `p99`.
pub(super) fn percentile(q: f64) -> String {
    format!("p{}", rounded(q * 100.0))
}

/// Without what multiplying adds in the last digits of a number that people wrote.
fn rounded(number: f64) -> f64 {
    let rounded = (number * 1e9).round() / 1e9;
    if rounded == 0.0 { number } else { rounded }
}

/// Steps that are drawn as lines and paint nothing beside.
pub(super) fn drawn(mut lines: Vec<Line>) -> Vec<Step> {
    if lines.is_empty() {
        return Vec::new();
    }
    lines.sort_by(|a, b| a.value.total_cmp(&b.value));
    lines.dedup_by(|same, first| same.value == first.value);
    let base = Step {
        color: "transparent",
        value: None,
    };
    let lines = lines.iter().map(|line| Step {
        color: line.colour,
        value: Some(line.value),
    });
    [base].into_iter().chain(lines).collect()
}

/// What the description says of them.
pub(super) fn said(lines: &[Line]) -> Vec<String> {
    let says = |line: &Line| format!("The dashed line at {} is {}.", line.value, line.says);
    lines.iter().map(says).collect()
}

/// Colours of a value by the alerts that compare this: green where none fires, and one that says nothing if there are none.
pub(super) fn coloured(subject: &Subject<'_>, of: Compared) -> Vec<Step> {
    if !are_of(subject, of) {
        return vec![UNJUDGED];
    }
    let mut low = Vec::new();
    let mut high = Vec::new();
    for comparison in comparisons(subject).filter(|comparison| comparison.of == of) {
        let line = (comparison.number, colour(comparison.alert));
        match comparison.operator {
            "<" | "<=" => low.push(line),
            // what is counted is at least 1 if it is not 0
            "==" if comparison.number == 0.0 => low.push((1.0, line.1)),
            ">" | ">=" => high.push(line),
            _ => {}
        }
    }
    low.sort_by(|a, b| a.0.total_cmp(&b.0));
    high.sort_by(|a, b| a.0.total_cmp(&b.0));
    let good = "green";
    let mut steps = vec![Step {
        color: low.first().map_or(good, |line| line.1),
        value: None,
    }];
    let above = low.iter().skip(1).map(|line| line.1).chain([good]);
    let mut all: Vec<_> = low.iter().map(|line| line.0).zip(above).collect();
    all.extend(high);
    for (value, color) in all {
        // Grafana wants them to rise; of alerts that overlap the first one counts
        if steps.last().is_none_or(|last| last.value < Some(value)) {
            steps.push(Step {
                color,
                value: Some(value),
            });
        }
    }
    steps
}

/// A number of which it is not known whether it is good.
pub(super) const UNJUDGED: Step = Step {
    color: "blue",
    value: None,
};

fn colour(alert: &Alert) -> &'static str {
    match alert.severity {
        "page" | "critical" => "red",
        "info" => "blue",
        _ => "orange",
    }
}
