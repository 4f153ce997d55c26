//! The tree as a value of `metrics_core::promql`, for tests and the target `promql` of `fuzz/`: what `emit` makes a compiler
//! build, built here.

use metrics_core::promql as constant;

use super::tree::{Expr, Matcher, MetricName, Node, Selector, Span};

/// What the derive emits, as a value.
pub(crate) fn value(expr: &Expr) -> constant::Promql {
    use constant::Promql;

    let boxed = |expr: &Expr| kept(value(expr));
    match &expr.node {
        Node::Number(number) => Promql::Number(*number),
        Node::Text(text) => Promql::Text(text.clone().leak()),
        Node::Selector(selector) => Promql::Selector(of_selector(selector)),
        Node::Call {
            function,
            arguments,
        } => Promql::Call {
            function: function.name,
            arguments: arguments.iter().map(value).collect::<Vec<_>>().leak(),
        },
        Node::Aggregation {
            operator,
            grouping,
            parameter,
            of,
        } => Promql::Aggregation {
            operator,
            grouping: grouping.as_ref().map(|grouping| constant::Grouping {
                without: grouping.without,
                labels: labels(&grouping.labels),
            }),
            parameter: parameter.as_ref().map(|parameter| boxed(parameter)),
            of: boxed(of),
        },
        Node::Binary {
            operator,
            bool,
            matching,
            left,
            right,
        } => Promql::Binary {
            operator,
            bool: *bool,
            matching: matching.as_ref().map(|matching| constant::Matching {
                ignoring: matching.ignoring,
                labels: labels(&matching.labels),
                group: matching
                    .group
                    .as_ref()
                    .map(|(side, more)| (*side, labels(more))),
            }),
            left: boxed(left),
            right: boxed(right),
        },
        Node::Negative(of) => Promql::Negative(boxed(of)),
        Node::Group(of) => Promql::Group(boxed(of)),
    }
}

fn of_selector(selector: &Selector) -> constant::Selector {
    let span = |Span { text, millis }: &Span| constant::Span {
        text: text.clone().leak(),
        millis: *millis,
    };
    let matchers = selector.matchers.iter().map(|matcher| {
        let Matcher {
            label,
            operator,
            value,
            ..
        } = matcher.clone();
        constant::Matcher {
            label: label.leak(),
            operator,
            value: value.leak(),
        }
    });
    constant::Selector {
        metric: match &selector.metric {
            MetricName::Own(suffix) => constant::MetricName::Own(suffix),
            MetricName::Named(name) => constant::MetricName::Named(name.clone().leak()),
        },
        matchers: matchers.collect::<Vec<_>>().leak(),
        range: selector.range.as_ref().map(span),
        offset: selector.offset.as_ref().map(span),
    }
}

fn labels(labels: &[String]) -> &'static [&'static str] {
    let kept = labels.iter().map(|label| &*label.clone().leak());
    kept.collect::<Vec<_>>().leak()
}

fn kept<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
