//! Reads what is written in `rate_of = …`, `ratio = …` and `quantile_of = …`: sums of fields and numbers, and one by another.
//! Which fields may stand in it is for `derived`.

use proc_macro2::Ident;
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, ExprBinary, ExprPath, UnOp};

use crate::buckets::number;
use crate::report::Report;

/// How a ratio is written.
pub(super) const RATIO: &str = "ratio = success / (success + failure)";

/// A sum, in the order in which it is written.
#[derive(Default)]
pub(super) struct Sum {
    pub(super) constant: f64,
    pub(super) fields: Vec<(f64, Ident)>,
}

/// A field alone.
pub(super) fn field(written: &Expr) -> Option<&Ident> {
    match written {
        Expr::Path(ExprPath {
            qself: None, path, ..
        }) => path.get_ident(),
        Expr::Group(group) => field(&group.expr),
        _ => None,
    }
}

/// The counters of `rate_of`: one, or some with a `+` between.
pub(super) fn counters(written: &Expr, report: &mut Report) -> Vec<Ident> {
    match written {
        Expr::Paren(inner) => counters(&inner.expr, report),
        Expr::Group(inner) => counters(&inner.expr, report),
        Expr::Binary(ExprBinary {
            left,
            op: BinOp::Add(_),
            right,
            ..
        }) => {
            let mut all = counters(left, report);
            all.extend(counters(right, report));
            all
        }
        _ => field(written).map_or_else(
            || {
                report.mistake(
                    written,
                    "`rate_of` takes a counter of this set, or several with a `+` between: `rate_of = hits + misses`",
                );
                Vec::new()
            },
            |field| vec![field.clone()],
        ),
    }
}

/// What stands above and below the `/` of a ratio.
pub(super) fn ratio(written: &Expr, report: &mut Report) -> (Sum, Sum) {
    let mut sums = (Sum::default(), Sum::default());
    match outermost(written) {
        Expr::Binary(ExprBinary {
            left,
            op: BinOp::Div(_),
            right,
            ..
        }) => {
            sums.0.add(1.0, left, report);
            sums.1.add(1.0, right, report);
        }
        other => report.mistake(
            other,
            format_args!("a ratio is one sum by another, and here is no `/`; write `{RATIO}`"),
        ),
    }
    sums
}

fn outermost(written: &Expr) -> &Expr {
    match written {
        Expr::Paren(inner) => outermost(&inner.expr),
        Expr::Group(inner) => outermost(&inner.expr),
        other => other,
    }
}

impl Sum {
    fn add(&mut self, times: f64, written: &Expr, report: &mut Report) {
        match written {
            Expr::Paren(inner) => self.add(times, &inner.expr, report),
            Expr::Group(inner) => self.add(times, &inner.expr, report),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
                self.add(-times, &unary.expr, report);
            }
            Expr::Binary(ExprBinary {
                left, op, right, ..
            }) => {
                let of_right = match op {
                    BinOp::Add(_) => times,
                    BinOp::Sub(_) => -times,
                    other => return report.add(operator(other)),
                };
                self.add(times, left, report);
                self.add(of_right, right, report);
            }
            other => match (field(other), number(other)) {
                (Some(field), _) => self.fields.push((times, field.clone())),
                (None, Some(number)) if number.is_finite() => self.constant += times * number,
                _ => report.mistake(
                    other,
                    format_args!(
                        "a ratio is made of fields of this set and numbers, `+`, `-`, `(…)` and one `/`; write `{RATIO}`"
                    ),
                ),
            },
        }
    }
}

fn operator(operator: &BinOp) -> syn::Error {
    let at = |message: &str| syn::Error::new(operator.span(), message);
    match operator {
        BinOp::Div(_) => at(
            "a ratio has one `/`; write sums on both sides of it, in `(…)`: `ratio = success / (success + failure)`",
        ),
        _ => at(
            "a ratio knows `+`, `-`, `(…)` and one `/`, and not this operator; write `ratio = success / (success + failure)`",
        ),
    }
}
