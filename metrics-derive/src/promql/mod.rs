//! PromQL, read while a program compiles: what an alert says becomes a tree that is right as far as types go.
//! What hangs on the metric's own type, `metrics_core` checks in constants; what hangs on other sets, whoever generates.

mod amount;
mod bound;
mod call;
mod cursor;
mod emit;
mod function;
mod labels;
mod lexer;
mod mistake;
mod parser;
mod root;
mod selector;
mod short;
#[cfg(test)]
mod tests;
mod tree;
mod types;
#[cfg(any(test, fuzzing))]
mod value;

pub(crate) use amount::length;
pub(crate) use labels::{ResultLabels, result_labels};
pub(crate) use mistake::{Mistake, nearest};
pub(crate) use tree::{Expr, MetricName, Node};
#[cfg(fuzzing)]
pub(crate) use value::value;

/// What the reader must know of the metric at which an expression stands.
#[derive(Clone, Copy)]
pub(crate) struct Own<'a> {
    /// Its unit, in full, or nothing.
    pub(crate) unit: &'a str,
    /// Whether it is a histogram with native buckets alone.
    pub(crate) native_alone: bool,
}

/// Reads the expression of an alert.
pub(crate) fn read(text: &str, own: Own<'_>) -> Result<Expr, Mistake> {
    let expr = parser::parse(text, own)?;
    root::check(&expr)?;
    Ok(expr)
}
