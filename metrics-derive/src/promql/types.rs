//! What each part gives, a number, series, a range or a text, and whether that is what the part around it takes.

use super::function::{Function, Type, aggregation};
use super::labels::{ResultLabels, result_labels};
use super::mistake::Mistake;
use super::parser::{compares, is_set};
use super::tree::{Expr, Node, Place};

/// What a part gives, if it is right.
pub(super) fn of(expr: &Expr) -> Type {
    match &expr.node {
        Node::Number(_) => Type::Scalar,
        Node::Text(_) => Type::Text,
        Node::Selector(selector) if selector.range.is_some() => Type::Range,
        Node::Selector(_) | Node::Aggregation { .. } => Type::Instant,
        Node::Call { function, .. } => function.gives,
        Node::Binary { left, right, .. } => match (of(left), of(right)) {
            (Type::Scalar, Type::Scalar) => Type::Scalar,
            _ => Type::Instant,
        },
        Node::Negative(of_it) | Node::Group(of_it) => of(of_it),
    }
}

/// Whether a part is right, where its own parts are; `sign` is where its operator stands.
pub(super) fn check(expr: &Expr, sign: &Place) -> Result<(), Mistake> {
    match &expr.node {
        Node::Number(_) | Node::Text(_) | Node::Selector(_) | Node::Group(_) => Ok(()),
        Node::Negative(inner) => number_or_series(inner, "-"),
        Node::Call {
            function,
            arguments,
        } => call(function, arguments, expr),
        Node::Aggregation {
            operator,
            parameter,
            of,
            ..
        } => {
            let takes = aggregation(operator).and_then(|(_, takes)| takes);
            if let (Some(parameter), Some(takes)) = (parameter, takes) {
                fits(parameter, takes, operator)?;
            }
            fits(of, Type::Instant, operator)
        }
        Node::Binary { .. } => binary(expr, sign),
    }
}

fn number_or_series(expr: &Expr, operator: &str) -> Result<(), Mistake> {
    match of(expr) {
        Type::Scalar | Type::Instant => Ok(()),
        _ => fits(expr, Type::Instant, operator),
    }
}

fn fits(expr: &Expr, takes: Type, user: &str) -> Result<(), Mistake> {
    let gives = of(expr);
    if gives == takes {
        return Ok(());
    }
    let mend = match (takes, gives) {
        (Type::Range, Type::Instant) if matches!(expr.node, Node::Selector(_)) => {
            "; write `[5m]` behind it".to_owned()
        }
        (Type::Range, Type::Instant) => format!(
            "; put `{user}` inside, around the metric and its range, as `sum({user}($self[5m]))`"
        ),
        (Type::Instant, Type::Range) => {
            "; leave the range out, or write a function of it, as `rate($self[5m])`".to_owned()
        }
        (Type::Instant, Type::Scalar) => "; write a metric".to_owned(),
        (Type::Scalar, Type::Instant) => "; write a number".to_owned(),
        _ => String::new(),
    };
    let (takes, gives) = (takes.shown(), gives.shown());
    Err(Mistake::new(
        expr.at.clone(),
        format_args!("`{user}` takes {takes}, and this is {gives}{mend}"),
    ))
}

fn call(function: &Function, arguments: &[Expr], whole: &Expr) -> Result<(), Mistake> {
    let Function {
        name,
        takes,
        optional,
        repeats,
        ..
    } = function;
    let least = takes.len() - optional;
    if arguments.len() < least || (arguments.len() > takes.len() && !repeats) {
        let shown: Vec<&str> = takes.iter().map(|takes| takes.shown()).collect();
        let form = match shown.as_slice() {
            [] => format!("`{name}()`, with nothing in it"),
            shown => format!("`{name}(…)` with {}: {}", takes.len(), shown.join(", ")),
        };
        let may = match optional {
            0 => "",
            _ => ", of which the last may be left out",
        };
        let given = arguments.len();
        return Err(Mistake::new(
            whole.at.clone(),
            format_args!("`{name}` is written {form}{may}; here are {given}"),
        ));
    }
    for (place, argument) in arguments.iter().enumerate() {
        if let Some(takes) = takes.get(place).or(takes.last()) {
            fits(argument, *takes, name)?;
        }
    }
    match (*name, arguments) {
        ("histogram_quantile", [q, of]) => quantile(q, of),
        _ => Ok(()),
    }
}

/// What is easily forgotten, and then gives nothing.
fn quantile(q: &Expr, of: &Expr) -> Result<(), Mistake> {
    if let Node::Number(n) = q.inner().node
        && !(0.0..=1.0).contains(&n)
    {
        return Err(Mistake::new(
            q.at.clone(),
            "a quantile is from 0 to 1; write `0.99` or `99%`",
        ));
    }
    let of_buckets = of.selectors().iter().any(|s| s.metric.is_bucket());
    let has_le = match result_labels(of) {
        ResultLabels::Only(labels) => labels.iter().any(|label| label == "le"),
        ResultLabels::AllBut(labels) => labels.iter().all(|label| label != "le"),
    };
    if of_buckets && !has_le {
        return Err(Mistake::new(
            of.at.clone(),
            "quantiles are made of buckets, which are told apart by `le`, and here it is gone; write `sum by (le) (…)`",
        ));
    }
    Ok(())
}

fn binary(expr: &Expr, sign: &Place) -> Result<(), Mistake> {
    let Node::Binary {
        operator,
        bool,
        matching,
        left,
        right,
    } = &expr.node
    else {
        return Ok(());
    };
    let wrong = |message: String| Err(Mistake::new(sign.clone(), message));
    if *bool && !compares(operator) {
        return wrong(format!(
            "`bool` is for comparisons, and `{operator}` is none; leave it out"
        ));
    }
    if is_set(operator) {
        fits(left, Type::Instant, operator)?;
        fits(right, Type::Instant, operator)?;
    }
    number_or_series(left, operator)?;
    number_or_series(right, operator)?;
    let both_series = of(left) == Type::Instant && of(right) == Type::Instant;
    if compares(operator) && of(expr) == Type::Scalar {
        return wrong(
            "this compares two numbers, which are the same at all times; compare a metric"
                .to_owned(),
        );
    }
    let Some(matching) = matching else {
        return Ok(());
    };
    let word = if matching.ignoring { "ignoring" } else { "on" };
    if !both_series {
        return wrong(format!(
            "`{word}` says which series belong together, and a number belongs to all; leave it out"
        ));
    }
    if let Some((side, labels)) = &matching.group {
        if is_set(operator) {
            return wrong(format!(
                "`{side}` is not for `{operator}`, where many may belong to many; leave it out"
            ));
        }
        let both = labels.iter().find(|l| matching.labels.contains(l));
        if let (false, Some(label)) = (matching.ignoring, both) {
            return wrong(format!(
                "the label `{label}` is in `on` and in `{side}`; leave it out of `{side}`"
            ));
        }
    }
    Ok(())
}
