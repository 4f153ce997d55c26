//! What an expression must be to be an alert: one that gives series while something is wrong, and none while all is well.

use super::function::Type;
use super::mistake::Mistake;
use super::parser::compares;
use super::tree::{Expr, MetricName, Node};
use super::types;

pub(super) fn check(expr: &Expr) -> Result<(), Mistake> {
    let gives = types::of(expr);
    if gives != Type::Instant {
        let mend = match gives {
            Type::Range => "write a function of it and compare: `rate[5m] > 10`",
            _ => "compare the metric with something: `> 1000`",
        };
        let gives = gives.shown();
        return Err(Mistake::new(
            expr.at.clone(),
            format_args!("an alert fires for series, and this gives {gives}; {mend}"),
        ));
    }
    if !may_be_empty(expr) {
        if let Some(comparison) = comparison_of_all(expr) {
            return Err(Mistake::new(
                comparison.at.clone(),
                "with `bool` a comparison gives 0 or 1 and never nothing, so that the alert would always fire; leave `bool` out",
            ));
        }
        return Err(Mistake::new(
            expr.at.clone(),
            "this is there at all times, and so the alert would always fire; compare it with something, as `… > 1000`",
        ));
    }
    let selectors = expr.selectors();
    let is_own = |name: &MetricName| matches!(name, MetricName::Own(_));
    if selectors.iter().any(|s| is_own(&s.metric)) {
        return Ok(());
    }
    Err(Mistake::new(
        expr.at.clone(),
        "this says nothing of the metric at which it stands; write `$self` for it, in whatever namespace it is exposed",
    ))
}

/// Whether it gives nothing while all is well.
fn may_be_empty(expr: &Expr) -> bool {
    match &expr.node {
        Node::Number(_) | Node::Text(_) | Node::Selector(_) => false,
        Node::Negative(of) | Node::Group(of) | Node::Aggregation { of, .. } => may_be_empty(of),
        Node::Call {
            function,
            arguments,
        } => match function.name {
            "absent" | "absent_over_time" => true,
            // of nothing they make something
            "scalar" | "vector" => false,
            _ => arguments.iter().any(may_be_empty),
        },
        Node::Binary {
            operator,
            bool,
            left,
            right,
            ..
        } => match *operator {
            "or" => may_be_empty(left) && may_be_empty(right),
            // while the right side is there
            "unless" => true,
            operator if compares(operator) && !bool => true,
            _ => may_be_empty(left) || may_be_empty(right),
        },
    }
}

/// A comparison by `bool`.
fn comparison_of_all(expr: &Expr) -> Option<&Expr> {
    if matches!(&expr.node, Node::Binary { bool: true, .. }) {
        return Some(expr);
    }
    expr.parts().into_iter().find_map(comparison_of_all)
}
