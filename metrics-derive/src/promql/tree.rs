//! The tree of an expression, each part with its place in the text; `metrics_core::promql` is the same as a constant.

use std::ops::Range;

use super::function::Function;

/// A part of the text, in characters.
pub(crate) type Place = Range<usize>;

#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) node: Node,
    pub(crate) at: Place,
}

#[derive(Clone, Debug)]
pub(crate) enum Node {
    Number(f64),
    Text(String),
    Selector(Selector),
    Call {
        function: &'static Function,
        arguments: Vec<Expr>,
    },
    Aggregation {
        operator: &'static str,
        grouping: Option<Grouping>,
        parameter: Option<Box<Expr>>,
        of: Box<Expr>,
    },
    Binary {
        operator: &'static str,
        bool: bool,
        matching: Option<Matching>,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Negative(Box<Expr>),
    Group(Box<Expr>),
}

#[derive(Clone, Debug)]
pub(crate) struct Selector {
    pub(crate) metric: MetricName,
    pub(crate) matchers: Vec<Matcher>,
    pub(crate) range: Option<Span>,
    pub(crate) offset: Option<Span>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum MetricName {
    Own(&'static str),
    Named(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    pub(crate) label: String,
    pub(crate) operator: &'static str,
    pub(crate) value: String,
    /// The bounds that a matcher of `le` is about.
    pub(crate) bounds: Vec<f64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) millis: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Grouping {
    pub(crate) without: bool,
    pub(crate) labels: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Matching {
    pub(crate) ignoring: bool,
    pub(crate) labels: Vec<String>,
    pub(crate) group: Option<(&'static str, Vec<String>)>,
}

impl MetricName {
    /// Whether it is that of the buckets of a histogram.
    pub(crate) fn is_bucket(&self) -> bool {
        match self {
            Self::Own(suffix) => *suffix == "_bucket",
            Self::Named(name) => name.ends_with("_bucket"),
        }
    }
}

impl Expr {
    /// What is inside all its parentheses.
    pub(crate) fn inner(&self) -> &Self {
        match &self.node {
            Node::Group(of) => of.inner(),
            _ => self,
        }
    }

    /// The parts, from left to right.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match &self.node {
            Node::Number(_) | Node::Text(_) | Node::Selector(_) => Vec::new(),
            Node::Call { arguments, .. } => arguments.iter().collect(),
            Node::Aggregation { parameter, of, .. } => {
                parameter.iter().chain([of]).map(|part| &**part).collect()
            }
            Node::Binary { left, right, .. } => vec![left, right],
            Node::Negative(of) | Node::Group(of) => vec![of],
        }
    }

    /// How deep it is.
    pub(crate) fn levels(&self) -> usize {
        let parts = self.parts().into_iter();
        1 + parts.map(Self::levels).max().unwrap_or(0)
    }

    /// Every selector in it, from left to right.
    pub(crate) fn selectors(&self) -> Vec<&Selector> {
        match &self.node {
            Node::Selector(selector) => vec![selector],
            _ => self.parts().into_iter().flat_map(Self::selectors).collect(),
        }
    }
}
