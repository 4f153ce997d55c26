//! PromQL as a constant: what an alert says, read once by the derive, as a tree. Whoever generates rules prints it, looks
//! through its names, and knows its form, without reading PromQL again.

use core::fmt;

/// Labels that Prometheus gives a target, of itself and by service discovery: an expression may name them of any family.
pub const TARGET_LABELS: &[&str] = &[
    "job",
    "instance",
    "namespace",
    "pod",
    "service",
    "container",
    "endpoint",
    "node",
    "cluster",
];

/// An expression of PromQL.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Promql {
    /// A number.
    Number(f64),
    /// A text, where a function takes one.
    Text(&'static str),
    /// Series, or ranges of them.
    Selector(Selector),
    /// A function of these.
    Call {
        /// Its name.
        function: &'static str,
        /// What it is given.
        arguments: &'static [Self],
    },
    /// Many series made fewer.
    Aggregation {
        /// `sum`, `max`, `topk` and so on.
        operator: &'static str,
        /// By which labels, if it says so.
        grouping: Option<Grouping>,
        /// What `topk`, `quantile` and their like are given.
        parameter: Option<&'static Self>,
        /// Of what.
        of: &'static Self,
    },
    /// Two of them with an operator between.
    Binary {
        /// `+`, `>`, `and` and so on.
        operator: &'static str,
        /// Whether a comparison gives 0 and 1 (`bool`), and does not filter.
        bool: bool,
        /// Which series belong together, if it says so.
        matching: Option<Matching>,
        /// What stands before the operator.
        left: &'static Self,
        /// What stands behind it.
        right: &'static Self,
    },
    /// The negative of it.
    Negative(&'static Self),
    /// It in parentheses.
    Group(&'static Self),
}

/// Series by their name and labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Selector {
    /// The name.
    pub metric: MetricName,
    /// What is asked of labels.
    pub matchers: &'static [Matcher],
    /// Of how long a range, if of one.
    pub range: Option<Span>,
    /// From how long ago, if not from now.
    pub offset: Option<Span>,
}

/// The name in a selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricName {
    /// The family at which the expression was declared, and a suffix: `_bucket`, `_sum`, `_count`, or nothing.
    Own(&'static str),
    /// Another one, as it is exposed.
    Named(&'static str),
}

/// What is asked of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matcher {
    /// The label's name.
    pub label: &'static str,
    /// `=`, `!=`, `=~` or `!~`.
    pub operator: &'static str,
    /// The value, or a regular expression.
    pub value: &'static str,
}

/// A length of time, as it was written and in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// As Prometheus reads it: `5m`, `1h30m`.
    pub text: &'static str,
    /// The same.
    pub millis: u64,
}

/// By which labels an aggregation groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// By all labels but these.
    pub without: bool,
    /// The labels.
    pub labels: &'static [&'static str],
}

/// Which series of two sides belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matching {
    /// Those that are the same but for these labels (`ignoring`), or in these (`on`).
    pub ignoring: bool,
    /// The labels.
    pub labels: &'static [&'static str],
    /// `group_left` or `group_right` with the labels that are taken along, where one side has many.
    pub group: Option<(&'static str, &'static [&'static str])>,
}

impl Promql {
    /// The expression as Prometheus reads it, where the family at which it was declared is exposed as `own`.
    pub fn of<'a>(&'a self, own: &'a str) -> impl fmt::Display + 'a {
        Shown {
            expression: self,
            own,
        }
    }

    /// Calls `visit` with every selector in it, from left to right.
    pub fn selectors(&self, visit: &mut dyn FnMut(&Selector)) {
        match self {
            Self::Number(_) | Self::Text(_) => {}
            Self::Selector(selector) => visit(selector),
            Self::Call { arguments, .. } => arguments.iter().for_each(|one| one.selectors(visit)),
            Self::Aggregation { parameter, of, .. } => {
                parameter.iter().for_each(|one| one.selectors(visit));
                of.selectors(visit);
            }
            Self::Binary { left, right, .. } => {
                left.selectors(visit);
                right.selectors(visit);
            }
            Self::Negative(of) | Self::Group(of) => of.selectors(visit),
        }
    }
}

struct Shown<'a> {
    expression: &'a Promql,
    own: &'a str,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |expression| Shown {
            expression,
            own: self.own,
        };
        match self.expression {
            Promql::Number(number) => write!(f, "{number}"),
            Promql::Text(text) => quoted(f, text),
            Promql::Selector(selector) => selector.show(f, self.own),
            Promql::Call {
                function,
                arguments,
            } => {
                write!(f, "{function}(")?;
                for (place, argument) in arguments.iter().enumerate() {
                    let comma = if place > 0 { ", " } else { "" };
                    write!(f, "{comma}{}", part(argument))?;
                }
                f.write_str(")")
            }
            Promql::Aggregation {
                operator,
                grouping,
                parameter,
                of,
            } => {
                f.write_str(operator)?;
                if let Some(Grouping { without, labels }) = grouping {
                    let word = if *without { "without" } else { "by" };
                    write!(f, " {word} ({})", labels.join(", "))?;
                }
                f.write_str(if grouping.is_some() { " (" } else { "(" })?;
                if let Some(parameter) = parameter {
                    write!(f, "{}, ", part(parameter))?;
                }
                write!(f, "{})", part(of))
            }
            Promql::Binary {
                operator,
                bool,
                matching,
                left,
                right,
            } => {
                write!(f, "{} {operator}", part(left))?;
                if *bool {
                    f.write_str(" bool")?;
                }
                if let Some(matching) = matching {
                    let word = if matching.ignoring { "ignoring" } else { "on" };
                    write!(f, " {word} ({})", matching.labels.join(", "))?;
                    if let Some((side, labels)) = matching.group {
                        write!(f, " {side} ({})", labels.join(", "))?;
                    }
                }
                write!(f, " {}", part(right))
            }
            Promql::Negative(of) => write!(f, "-{}", part(of)),
            Promql::Group(of) => write!(f, "({})", part(of)),
        }
    }
}

impl Selector {
    fn show(&self, f: &mut fmt::Formatter<'_>, own: &str) -> fmt::Result {
        match self.metric {
            MetricName::Own(suffix) => write!(f, "{own}{suffix}")?,
            MetricName::Named(name) => f.write_str(name)?,
        }
        for (place, matcher) in self.matchers.iter().enumerate() {
            let before = if place > 0 { ", " } else { "{" };
            write!(f, "{before}{}{}", matcher.label, matcher.operator)?;
            quoted(f, matcher.value)?;
        }
        if !self.matchers.is_empty() {
            f.write_str("}")?;
        }
        if let Some(range) = self.range {
            write!(f, "[{}]", range.text)?;
        }
        if let Some(offset) = self.offset {
            write!(f, " offset {}", offset.text)?;
        }
        Ok(())
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}
