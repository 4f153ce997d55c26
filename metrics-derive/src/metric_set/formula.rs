//! Reads what is written in `rate_of = …`, `ratio = …` and `quantile_of = …`: sums of fields and numbers, and one by another.
//! Which fields may stand in it is for `derived`.

use proc_macro2::Ident;
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, ExprBinary, ExprPath, UnOp};

use crate::buckets::number;

/// How a ratio is written.
pub(super) const RATIO: &str = "ratio = success / (success + failure)";

/// A sum, in the order in which it is written.
#[derive(Default)]
pub(super) struct Sum {
    pub(super) constant: f64,
    pub(super) fields: Vec<(f64, Ident)>,
}

/// The histogram of `quantile_of`.
pub(super) fn histogram(written: &Expr) -> syn::Result<Ident> {
    let message = "`quantile_of` takes a histogram of this set: `quantile_of = latency`";
    let mistake = || syn::Error::new_spanned(written, message);
    field(written).cloned().ok_or_else(mistake)
}

/// A field alone.
fn field(written: &Expr) -> Option<&Ident> {
    match written {
        Expr::Path(ExprPath {
            qself: None, path, ..
        }) => path.get_ident(),
        Expr::Group(group) => field(&group.expr),
        _ => None,
    }
}

/// The counters of `rate_of`: one, or some with a `+` between.
pub(super) fn counters(written: &Expr) -> syn::Result<Vec<Ident>> {
    match written {
        Expr::Paren(inner) => counters(&inner.expr),
        Expr::Group(inner) => counters(&inner.expr),
        Expr::Binary(ExprBinary {
            left,
            op: BinOp::Add(_),
            right,
            ..
        }) => {
            let mut all = counters(left)?;
            all.extend(counters(right)?);
            Ok(all)
        }
        _ => match field(written) {
            Some(field) => Ok(vec![field.clone()]),
            None => Err(syn::Error::new_spanned(
                written,
                "`rate_of` takes a counter of this set, or several with a `+` between: `rate_of = hits + misses`",
            )),
        },
    }
}

/// What stands above and below the `/` of a ratio.
pub(super) fn ratio(written: &Expr) -> syn::Result<(Sum, Sum)> {
    let Expr::Binary(ExprBinary {
        left,
        op: BinOp::Div(_),
        right,
        ..
    }) = outermost(written)
    else {
        return Err(no_ratio(written));
    };
    let (mut above, mut below) = (Sum::default(), Sum::default());
    above.add(1.0, left)?;
    below.add(1.0, right)?;
    if above.fields.is_empty() && below.fields.is_empty() {
        return Err(syn::Error::new_spanned(
            written,
            format_args!("a ratio is one of metrics, and here is none; write `{RATIO}`"),
        ));
    }
    Ok((above, below))
}

/// What is wrong with something that is not one sum by another.
fn no_ratio(written: &Expr) -> syn::Error {
    if let Some(slash) = slash(written) {
        return syn::Error::new(
            slash.span(),
            format_args!(
                "this `/` stands inside of a sum, and a ratio is one sum by another; write the sums in `(…)`: `{RATIO}`"
            ),
        );
    }
    match outermost(written) {
        Expr::Binary(ExprBinary { op, .. }) if !matches!(op, BinOp::Add(_) | BinOp::Sub(_)) => {
            operator(op)
        }
        _ => syn::Error::new_spanned(
            written,
            format_args!("a ratio is one sum by another, and here is no `/`; write `{RATIO}`"),
        ),
    }
}

fn outermost(written: &Expr) -> &Expr {
    match written {
        Expr::Paren(inner) => outermost(&inner.expr),
        Expr::Group(inner) => outermost(&inner.expr),
        other => other,
    }
}

/// One that stands inside of a sum.
fn slash(written: &Expr) -> Option<&BinOp> {
    match written {
        Expr::Paren(inner) => slash(&inner.expr),
        Expr::Group(inner) => slash(&inner.expr),
        Expr::Unary(inner) => slash(&inner.expr),
        Expr::Binary(ExprBinary {
            op: op @ BinOp::Div(_),
            ..
        }) => Some(op),
        Expr::Binary(ExprBinary {
            left,
            op: BinOp::Add(_) | BinOp::Sub(_),
            right,
            ..
        }) => slash(left).or_else(|| slash(right)),
        _ => None,
    }
}

impl Sum {
    fn add(&mut self, times: f64, written: &Expr) -> syn::Result<()> {
        match written {
            Expr::Paren(inner) => self.add(times, &inner.expr),
            Expr::Group(inner) => self.add(times, &inner.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => self.add(-times, &unary.expr),
            Expr::Binary(ExprBinary {
                left, op, right, ..
            }) => {
                let of_right = match op {
                    BinOp::Add(_) => times,
                    BinOp::Sub(_) => -times,
                    other => return Err(operator(other)),
                };
                self.add(times, left)?;
                self.add(of_right, right)
            }
            other => match (field(other), number(other)) {
                (Some(field), _) => {
                    self.fields.push((times, field.clone()));
                    Ok(())
                }
                (None, Some(number)) if number.is_finite() => {
                    self.constant += times * number;
                    Ok(())
                }
                _ => Err(syn::Error::new_spanned(
                    other,
                    format_args!(
                        "a ratio is made of fields of this set and numbers, `+`, `-`, `(…)` and one `/`; write `{RATIO}`"
                    ),
                )),
            },
        }
    }
}

fn operator(operator: &BinOp) -> syn::Error {
    let message = match operator {
        BinOp::Div(_) => "a ratio has one `/`; write sums on both sides of it, in `(…)`",
        _ => {
            "a ratio knows `+`, `-`, `(…)` and one `/`, and not this operator; write sums of fields"
        }
    };
    syn::Error::new(operator.span(), format_args!("{message}: `{RATIO}`"))
}
