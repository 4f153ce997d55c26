//! Checks of alerts that only the compiler can make, because they hang on a field's type: its kind, its labels, its buckets.
//! The derive calls them in constants; each walks through the expression as the derive has read it.

mod labels;
mod series;

use super::descriptor::{Descriptor, Kind};
use super::message::{Message, one_of, same};
use super::promql::{MetricName, Promql, Selector};
use labels::{label_mistake, labels_mistake, matchers_mistake};
use series::{constant_mistake, counts, kind_mistake};

/// Stops the compilation if an alert of the family, by its place, asks something of it that it cannot be.
#[track_caller]
pub const fn check_alert(own: &Descriptor, at: usize) {
    if let Some(wrong) = mistake(&own.alerts()[at].expr, own, "") {
        panic!("{}", wrong.as_str());
    }
}

/// Stops the compilation if `label` looks like a mistyped label of the family. Others may be of the target, or of the
/// registry, of which the compiler does not know; whoever generates does.
#[track_caller]
pub const fn check_alert_label(own: &Descriptor, label: &str) {
    if let Some(wrong) = label_mistake(own, label) {
        panic!("{}", wrong.as_str());
    }
}

/// Stops the compilation if the family has no bucket with this bound.
#[track_caller]
pub const fn check_alert_bound(own: &Descriptor, bound: f64) {
    let bounds = own.bounds();
    let mut i = 0;
    while i < bounds.len() {
        // exactly: Prometheus compares texts
        if bounds[i] == bound {
            return;
        }
        i += 1;
    }
    // what has no buckets is told elsewhere
    if !bounds.is_empty() {
        panic!("{}", no_bound(bounds, bound).as_str());
    }
}

const fn no_bound(bounds: &[f64], bound: f64) -> Message {
    let mut message = Message::of(&["no bucket of this histogram has the bound "])
        .and_number(bound)
        .and(&["; write one of"]);
    let mut i = 0;
    while i < bounds.len() {
        let before = if i == 0 { " " } else { ", " };
        message = message.and(&[before]).and_number(bounds[i]);
        i += 1;
    }
    message
}

/// What is wrong with an expression; `function` is what it is given to, or nothing.
const fn mistake(expression: &Promql, own: &Descriptor, function: &str) -> Option<Message> {
    match expression {
        Promql::Number(_) | Promql::Text(_) => None,
        Promql::Selector(selector) => match kind_mistake(selector, own, function) {
            None => matchers_mistake(selector, own),
            wrong => wrong,
        },
        Promql::Call {
            function,
            arguments,
        } => {
            let mut i = 0;
            while i < arguments.len() {
                if let Some(wrong) = mistake(&arguments[i], own, function) {
                    return Some(wrong);
                }
                i += 1;
            }
            None
        }
        Promql::Aggregation {
            grouping,
            parameter,
            of,
            ..
        } => {
            if let Some(parameter) = parameter
                && let Some(wrong) = mistake(parameter, own, "")
            {
                return Some(wrong);
            }
            if let Some(grouping) = grouping
                && is_of_own(of, None)
                && let Some(wrong) = labels_mistake(own, grouping.labels)
            {
                return Some(wrong);
            }
            mistake(of, own, "")
        }
        Promql::Binary {
            operator,
            left,
            right,
            ..
        } => {
            if let Some(wrong) = comparison_mistake(operator, left, right, own) {
                return Some(wrong);
            }
            match mistake(left, own, "") {
                None => mistake(right, own, ""),
                wrong => wrong,
            }
        }
        Promql::Negative(of) | Promql::Group(of) => mistake(of, own, function),
    }
}

const fn comparison_mistake(
    operator: &str,
    left: &Promql,
    right: &Promql,
    own: &Descriptor,
) -> Option<Message> {
    let (of, number, above) = match (bare(left), bare(right)) {
        (of, Promql::Number(number)) => (of, *number, one_of(operator, &[">", ">="])),
        (Promql::Number(number), of) => (of, *number, one_of(operator, &["<", "<="])),
        _ => return None,
    };
    if !one_of(operator, &[">", ">=", "<", "<=", "==", "!="]) {
        return None;
    }
    if let Promql::Selector(selector) = summed(of)
        && counts(selector, own)
    {
        return Some(Message::of(&[
            "a counter only grows, and starts again at 0 with the process; compare how fast it does: `rate[5m] ",
            operator,
            " …` or `increase[1h] ",
            operator,
            " …`",
        ]));
    }
    if let Promql::Selector(selector) = of
        && let Some(wrong) = constant_mistake(selector, own)
    {
        return Some(wrong);
    }
    if let Some(selector) = native(of)
        && let (MetricName::Own(suffix), Kind::Histogram) = (selector.metric, own.kind())
        && suffix.is_empty()
        // one without native buckets has no such series, which is told elsewhere
        && own.native().is_some()
    {
        return Some(Message::of(&[
            "a native histogram is no number, so that this never fires; write `p99[5m] ",
            operator,
            " …`, `avg[5m] ",
            operator,
            " …` or `histogram_count(rate($self[5m])) ",
            operator,
            " …`",
        ]));
    }
    let bounds = own.bounds();
    if let Promql::Call { function, .. } = of
        && same(function, "histogram_quantile")
        && is_of_own(of, Some("_bucket"))
        && above
        && !bounds.is_empty()
        && number >= bounds[bounds.len() - 1]
    {
        let last = bounds[bounds.len() - 1];
        return Some(
            Message::of(&["a quantile is never above the last bucket bound, "])
                .and_number(last)
                .and(&[", so that this never fires; give the histogram `buckets` beyond "])
                .and_number(number),
        );
    }
    None
}

/// What is inside all parentheses.
const fn bare(expression: &Promql) -> &Promql {
    match expression {
        Promql::Group(of) => bare(of),
        other => other,
    }
}

/// What gives as many histograms as it is given, and not numbers.
const KEEPS: &[&str] = &[
    "rate",
    "increase",
    "irate",
    "sum_over_time",
    "avg_over_time",
    "last_over_time",
    "sum",
    "avg",
];

/// The selector whose samples are compared, if they are histograms where they are native.
const fn native(expression: &Promql) -> Option<&Selector> {
    match expression {
        Promql::Selector(selector) => Some(selector),
        Promql::Group(of) => native(of),
        Promql::Aggregation { operator, of, .. } if one_of(operator, KEEPS) => native(of),
        Promql::Call {
            function,
            arguments: [of],
        } if one_of(function, KEEPS) => native(of),
        _ => None,
    }
}

/// What is inside of sums too, and of what else is as large as its parts.
const fn summed(expression: &Promql) -> &Promql {
    match expression {
        Promql::Group(of) => summed(of),
        Promql::Aggregation { operator, of, .. }
            if one_of(operator, &["sum", "avg", "min", "max", "topk", "bottomk"]) =>
        {
            summed(of)
        }
        other => other,
    }
}

/// Whether a selector in it is of the family itself, with this suffix if one is given.
const fn is_of_own(expression: &Promql, suffix: Option<&str>) -> bool {
    match expression {
        Promql::Number(_) | Promql::Text(_) => false,
        Promql::Selector(selector) => match (selector.metric, suffix) {
            (MetricName::Own(found), Some(suffix)) => same(found, suffix),
            (MetricName::Own(_), None) => true,
            (MetricName::Named(_), _) => false,
        },
        Promql::Call { arguments, .. } => {
            let mut i = 0;
            while i < arguments.len() {
                if is_of_own(&arguments[i], suffix) {
                    return true;
                }
                i += 1;
            }
            false
        }
        Promql::Aggregation { of, .. } | Promql::Negative(of) | Promql::Group(of) => {
            is_of_own(of, suffix)
        }
        Promql::Binary { left, right, .. } => is_of_own(left, suffix) || is_of_own(right, suffix),
    }
}
