//! The short forms, which stand for what everybody would write in full of the metric itself: `> 1000`, `rate[5m]`, `p99[5m]`.

use super::cursor::Parser;
use super::function::{Function, function};
use super::mistake::Mistake;
use super::selector::range_of_form;
use super::tree::{Expr, Grouping, MetricName, Node, Place, Selector, Span};

/// Functions that stand alone before a range.
const FUNCTIONS: [&str; 8] = [
    "rate", "irate", "increase", "delta", "idelta", "deriv", "changes", "resets",
];

/// By what service and where it runs: so do the rules that are made of objectives.
const SERVICE: [&str; 2] = ["namespace", "job"];

/// The metric itself.
pub(super) fn own(at: usize) -> Expr {
    selected("", None, at..at)
}

/// Whether `name[…]` is a short form.
pub(super) fn is_form(name: &str) -> bool {
    name == "avg" || FUNCTIONS.contains(&name) || quantile(name).is_some()
}

/// Reads the range of the form `name`, whose name was read, and writes it out.
pub(super) fn read(parser: &mut Parser<'_>, name: &str, at: Place) -> Result<Expr, Mistake> {
    let native = parser.own.native_alone;
    let range = range_of_form(parser)?;
    let at = parser.since(at.start);
    let form = Form { range, at };
    if name == "avg" && native {
        let [sum, count] = ["histogram_sum", "histogram_count"];
        let rates = || form.summed(form.call("rate", vec![form.ranged("")]), &[]);
        return Ok(form.divided(
            form.call(sum, vec![rates()]),
            form.call(count, vec![rates()]),
        ));
    }
    if name == "avg" {
        let rates = |suffix| form.summed(form.call("rate", vec![form.ranged(suffix)]), &[]);
        return Ok(form.divided(rates("_sum"), rates("_count")));
    }
    let Some(q) = quantile(name) else {
        return Ok(form.call(name, vec![form.ranged("")]));
    };
    if !(q > 0.0 && q < 1.0) {
        return Err(Mistake::new(
            form.at,
            format_args!(
                "`{name}` is no quantile; write one above `p0` and below `p100`, as `p99`"
            ),
        ));
    }
    let (suffix, more): (_, &[_]) = if native {
        ("", &[])
    } else {
        ("_bucket", &["le"])
    };
    let rates = form.call("rate", vec![form.ranged(suffix)]);
    let q = form.of(Node::Number(q));
    Ok(form.call("histogram_quantile", vec![q, form.summed(rates, more)]))
}

/// `p99` as 0.99, computed in decimals.
fn quantile(name: &str) -> Option<f64> {
    let percent = name.strip_prefix('p')?;
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    if percent.is_empty() || !percent.chars().all(digits) {
        return None;
    }
    format!("{percent}e-2").parse().ok()
}

fn selected(suffix: &'static str, range: Option<Span>, at: Place) -> Expr {
    let node = Node::Selector(Selector {
        metric: MetricName::Own(suffix),
        matchers: Vec::new(),
        range,
        offset: None,
    });
    Expr { node, at }
}

/// What is made of one form: all of it stands where the form does.
struct Form {
    range: Span,
    at: Place,
}

impl Form {
    fn of(&self, node: Node) -> Expr {
        let at = self.at.clone();
        Expr { node, at }
    }

    fn ranged(&self, suffix: &'static str) -> Expr {
        selected(suffix, Some(self.range.clone()), self.at.clone())
    }

    fn call(&self, name: &str, arguments: Vec<Expr>) -> Expr {
        let known = function(name);
        debug_assert!(known.is_some(), "`{name}` is in the table");
        let node = known.map(|function: &'static Function| Node::Call {
            function,
            arguments,
        });
        self.of(node.unwrap_or(Node::Number(0.0)))
    }

    fn summed(&self, of: Expr, more: &[&str]) -> Expr {
        let labels = SERVICE.iter().chain(more).map(|label| (*label).to_owned());
        self.of(Node::Aggregation {
            operator: "sum",
            grouping: Some(Grouping {
                without: false,
                labels: labels.collect(),
            }),
            parameter: None,
            of: Box::new(of),
        })
    }

    /// It is 0 by 0 where nothing was observed, and that compares with nothing. In parentheses: it is one word of the alert.
    fn divided(&self, left: Expr, right: Expr) -> Expr {
        self.of(Node::Binary {
            operator: "/",
            bool: false,
            matching: None,
            left: Box::new(left),
            right: Box::new(right),
        })
    }
}
