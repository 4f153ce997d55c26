//! Which labels the result of an expression has: those that a template may show.

use super::function::Type;
use super::parser::is_set;
use super::tree::{Expr, Grouping, Node};
use super::types;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ResultLabels {
    /// At most these.
    Only(Vec<String>),
    /// Whatever the series have, but for these.
    AllBut(Vec<String>),
}

use ResultLabels::{AllBut, Only};

impl ResultLabels {
    /// Whether a result may have this one.
    pub(crate) fn may_have(&self, label: &str) -> bool {
        let is_it = |known: &String| known == label;
        match self {
            Only(labels) => labels.iter().any(is_it),
            AllBut(labels) => !labels.iter().any(is_it),
        }
    }

    fn without(self, gone: &[String]) -> Self {
        match self {
            Only(mut labels) => {
                labels.retain(|label| !gone.contains(label));
                Only(labels)
            }
            AllBut(mut labels) => {
                labels.extend(gone.iter().cloned());
                AllBut(labels)
            }
        }
    }

    fn kept(self, kept: &[String]) -> Self {
        Only(kept.iter().filter(|l| self.may_have(l)).cloned().collect())
    }

    fn with(self, more: &[String]) -> Self {
        match self {
            Only(mut labels) => {
                labels.extend(more.iter().cloned());
                Only(labels)
            }
            AllBut(mut labels) => {
                labels.retain(|label| !more.contains(label));
                AllBut(labels)
            }
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Only(some), Only(more)) => Only(some).with(&more),
            (Only(some), all) | (all, Only(some)) => all.with(&some),
            (AllBut(mut some), AllBut(others)) => {
                some.retain(|label| others.contains(label));
                AllBut(some)
            }
        }
    }
}

pub(crate) fn result_labels(expr: &Expr) -> ResultLabels {
    match &expr.node {
        Node::Number(_) | Node::Text(_) => Only(Vec::new()),
        Node::Selector(_) => AllBut(Vec::new()),
        Node::Negative(of) | Node::Group(of) => result_labels(of),
        Node::Call { .. } => of_call(expr),
        Node::Aggregation {
            operator,
            grouping,
            parameter,
            of,
        } => {
            let all = result_labels(of);
            if let "topk" | "bottomk" = *operator {
                return all;
            }
            let labels = match grouping {
                None => Only(Vec::new()),
                Some(Grouping {
                    without: true,
                    labels,
                }) => all.without(labels),
                Some(Grouping { labels, .. }) => all.kept(labels),
            };
            match parameter.as_ref().map(|parameter| &parameter.node) {
                // `count_values("value", …)` makes a label
                Some(Node::Text(label)) => labels.with(std::slice::from_ref(label)),
                _ => labels,
            }
        }
        Node::Binary { .. } => of_binary(expr),
    }
}

fn of_call(expr: &Expr) -> ResultLabels {
    let Node::Call {
        function,
        arguments,
    } = &expr.node
    else {
        return AllBut(Vec::new());
    };
    let is_series = |argument: &&Expr| matches!(types::of(argument), Type::Instant | Type::Range);
    let of = arguments.iter().find(is_series);
    match (function.name, of) {
        ("absent" | "absent_over_time", Some(of)) => {
            let selectors = of.selectors();
            let matchers = selectors.iter().flat_map(|s| &s.matchers);
            let equal = matchers.filter(|matcher| matcher.operator == "=");
            Only(equal.map(|matcher| matcher.label.clone()).collect())
        }
        ("scalar" | "vector", _) | (_, None) => Only(Vec::new()),
        ("histogram_quantile", Some(of)) => result_labels(of).without(&["le".to_owned()]),
        ("label_replace" | "label_join", Some(of)) => {
            let made = match arguments.get(1).map(|argument| &argument.node) {
                Some(Node::Text(label)) => vec![label.clone()],
                _ => Vec::new(),
            };
            result_labels(of).with(&made)
        }
        (_, Some(of)) => result_labels(of),
    }
}

fn of_binary(expr: &Expr) -> ResultLabels {
    let Node::Binary {
        operator,
        matching,
        left,
        right,
        ..
    } = &expr.node
    else {
        return AllBut(Vec::new());
    };
    let is_series = |side: &Expr| types::of(side) == Type::Instant;
    match (is_series(left), is_series(right)) {
        (false, false) => return Only(Vec::new()),
        (true, false) => return result_labels(left),
        (false, true) => return result_labels(right),
        (true, true) => {}
    }
    if *operator == "or" {
        return result_labels(left).or(result_labels(right));
    }
    if is_set(operator) {
        return result_labels(left);
    }
    match matching {
        None => result_labels(left),
        Some(matching) => match &matching.group {
            Some((side, more)) => {
                let many = if *side == "group_left" { left } else { right };
                result_labels(many).with(more)
            }
            None if matching.ignoring => result_labels(left).without(&matching.labels),
            None => result_labels(left).kept(&matching.labels),
        },
    }
}
