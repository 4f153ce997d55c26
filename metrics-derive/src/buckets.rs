//! Bucket bounds: what `buckets = …` may say, computed and checked where it is written out.
//! Bounds in a constant of the user are checked by the compiler, with `metrics_core`'s own rule.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprCall, ExprLit, ExprUnary, Lit, Token, UnOp};

use crate::report::Report;

/// The most bounds; `metrics_core::MAX_BUCKETS`.
const MAX: usize = 200;

const FORMS: &str = "`[0.1, 1.0]`, `linear(start, width, count)`, `exponential(start, factor, count)` or the path of a constant";

pub(crate) enum Buckets {
    /// These numbers.
    Bounds(Vec<f64>),
    /// Those of an expression of the type `&'static [f64]`.
    Constant(Expr),
}

/// Reads `buckets = written`. `None` if it is wrong, which has then been reported.
pub(crate) fn read(written: Expr, report: &mut Report) -> Option<Buckets> {
    match written {
        Expr::Array(array) => literal_list(&array.elems, array.bracket_token.span.join(), report),
        Expr::Call(call) => layout(&call, report),
        Expr::Path(_) => Some(Buckets::Constant(written)),
        Expr::Reference(reference) if matches!(*reference.expr, Expr::Path(_)) => {
            Some(Buckets::Constant(Expr::Reference(reference)))
        }
        other => {
            report.mistake(other, format_args!("bucket bounds are {FORMS}"));
            None
        }
    }
}

fn literal_list(
    elements: &Punctuated<Expr, Token![,]>,
    brackets: Span,
    report: &mut Report,
) -> Option<Buckets> {
    if elements.is_empty() {
        report.add(syn::Error::new(
            brackets,
            "a histogram needs at least one bucket bound; leave `buckets` out for the default ones",
        ));
        return None;
    }
    if let Some(element) = elements.iter().nth(MAX) {
        report.mistake(
            element,
            format_args!("a histogram may have at most {MAX} bucket bounds"),
        );
        return None;
    }
    let mut bounds: Vec<f64> = Vec::new();
    let mut right = true;
    for element in elements {
        let Some(bound) = number(element) else {
            report.mistake(
                element,
                "a bucket bound is written as a number; put computed ones into a constant: `buckets = A_CONSTANT`",
            );
            right = false;
            continue;
        };
        if !bound.is_finite() {
            report.mistake(
                element,
                "a bucket bound must be a finite number; `+Inf` is always added",
            );
            right = false;
        } else if let Some(last) = bounds.last().filter(|last| **last >= bound) {
            report.mistake(
                element,
                format_args!(
                    "bucket bounds must grow from each to the next; this one is not above {last}"
                ),
            );
            right = false;
        } else {
            bounds.push(bound);
        }
    }
    right.then_some(Buckets::Bounds(bounds))
}

fn layout(call: &ExprCall, report: &mut Report) -> Option<Buckets> {
    let name = call.func.to_token_stream().to_string().replace(' ', "");
    let (form, second, grow): (_, _, fn(f64, f64, usize) -> f64) = match name.as_str() {
        "linear" => ("linear(start, width, count)", "width", |start, width, i| {
            start + width * i as f64
        }),
        "exponential" => (
            "exponential(start, factor, count)",
            "factor",
            |start, factor, i| start * factor.powi(i as i32),
        ),
        _ => {
            report.mistake(
                &call.func,
                format_args!("`{name}(…)` is no layout of buckets; known are {FORMS}"),
            );
            return None;
        }
    };
    let (Some(start_at), Some(step_at), Some(count_at), 3) = (
        call.args.get(0),
        call.args.get(1),
        call.args.get(2),
        call.args.len(),
    ) else {
        report.mistake(call, format_args!("`{name}` is written `{form}`"));
        return None;
    };
    let literal = |at: &Expr, what: &str, report: &mut Report| {
        let found = number(at).filter(|n| n.is_finite());
        if found.is_none() {
            report.mistake(
                at,
                format_args!("the {what} in `{form}` is written as a number"),
            );
        }
        found
    };
    let start = literal(start_at, "start", report);
    let step = literal(step_at, second, report);
    let count = count(count_at, form, report);
    let (Some(start), Some(step), Some(count)) = (start, step, count) else {
        return None;
    };
    let exponential = second == "factor";
    if exponential && start <= 0.0 {
        report.mistake(
            start_at,
            format_args!("the start in `{form}` must be above 0"),
        );
        return None;
    }
    let least = if exponential { 1.0 } else { 0.0 };
    if step <= least {
        report.mistake(
            step_at,
            format_args!("the {second} in `{form}` must be above {least}, so that the bounds grow"),
        );
        return None;
    }
    let bounds: Vec<f64> = (0..count).map(|i| rounded(grow(start, step, i))).collect();
    let growing = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    if !growing || bounds.iter().any(|bound| !bound.is_finite()) {
        report.mistake(
            call,
            "these bounds are too large, or too close together, to be told apart",
        );
        return None;
    }
    Some(Buckets::Bounds(bounds))
}

fn count(at: &Expr, form: &str, report: &mut Report) -> Option<usize> {
    let count = match at {
        Expr::Lit(ExprLit {
            lit: Lit::Int(count),
            ..
        }) => count.base10_parse::<usize>().ok(),
        _ => None,
    };
    let count = count.filter(|count| (1..=MAX).contains(count));
    if count.is_none() {
        report.mistake(
            at,
            format_args!("the count in `{form}` is a whole number from 1 to {MAX}"),
        );
    }
    count
}

/// The value of a literal, with or without a minus.
pub(crate) fn number(written: &Expr) -> Option<f64> {
    match written {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Int(int) => int.base10_digits().parse().ok(),
            Lit::Float(float) => float.base10_digits().parse().ok(),
            _ => None,
        },
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => number(expr).map(|n| -n),
        _ => None,
    }
}

/// `n` with 12 significant digits: `0.1 + 0.1 + 0.1` is to be the bound `0.3`, as anyone would write it.
fn rounded(n: f64) -> f64 {
    format!("{n:.11e}").parse().unwrap_or(n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn bounds(written: Expr) -> Option<Vec<f64>> {
        let mut report = Report::default();
        let read = read(written, &mut report);
        assert_eq!(read.is_some(), report.finish().is_ok());
        match read? {
            Buckets::Bounds(bounds) => Some(bounds),
            Buckets::Constant(_) => None,
        }
    }

    #[test]
    fn layouts_are_computed_and_rounded() {
        assert_eq!(
            bounds(parse_quote!(linear(0.1, 0.1, 3))),
            Some(vec![0.1, 0.2, 0.3])
        );
        assert_eq!(
            bounds(parse_quote!(exponential(0.01, 2.0, 4))),
            Some(vec![0.01, 0.02, 0.04, 0.08])
        );
        assert_eq!(
            bounds(parse_quote!([-1, 0, 1e3])),
            Some(vec![-1.0, 0.0, 1e3])
        );
    }

    #[test]
    fn what_does_not_grow_is_refused() {
        for bad in [
            parse_quote!([]),
            parse_quote!([1.0, 1.0]),
            parse_quote!([1e999]),
            parse_quote!(["1"]),
            parse_quote!(linear(0.0, 0.0, 3)),
            parse_quote!(linear(0.0, 1.0, 0)),
            parse_quote!(linear(0.0, 1.0, 201)),
            parse_quote!(linear(1e300, 1.0, 2)),
            parse_quote!(exponential(0.0, 2.0, 3)),
            parse_quote!(exponential(1.0, 1.0, 3)),
            parse_quote!(exponential(1.0, 1e300, 3)),
            parse_quote!(exponential(1.0, 2.0)),
            parse_quote!(logarithmic(1.0, 2.0, 3)),
            parse_quote!(5.0),
        ] {
            assert_eq!(bounds(bad), None);
        }
    }
}
