//! The discriminants of an enum as numbers: what `#[label(discriminant)]` makes the values.
//! They are computed here, because a constant cannot turn a number into text that lives long enough to be exposed.

use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use super::parse::ParsedVariant;
use crate::report::Report;

/// What a discriminant without a literal asks for.
const MEND: &str = "write the number, or name the value: `#[label(name = \"…\")]`";

/// The discriminant of each variant; `None` where it cannot be read, which is a mistake unless the variant has a name.
pub(super) fn values(variants: &[ParsedVariant], report: &mut Report) -> Vec<Option<i128>> {
    let mut next = Some(0);
    // the variant with the last discriminant that is written out, until a mistake about it is reported
    let mut counted_from: Option<&ParsedVariant> = None;
    let mut values = Vec::with_capacity(variants.len());
    for variant in variants {
        let value = match &variant.discriminant {
            Some(written) => {
                counted_from = Some(variant);
                integer(written)
            }
            None => next,
        };
        if value.is_none()
            && variant.name.is_none()
            && let Some(from) = counted_from.take()
        {
            report.add(unreadable(variant, from));
        }
        next = value.and_then(|value| value.checked_add(1));
        values.push(value);
    }
    values
}

/// That the discriminant of `variant` cannot be read, which is its own or counts on from that of `from`.
fn unreadable(variant: &ParsedVariant, from: &ParsedVariant) -> syn::Error {
    let ident = &variant.ident;
    match &variant.discriminant {
        Some(written) => syn::Error::new_spanned(
            written,
            format_args!("`#[label(discriminant)]` reads only an integer literal here; {MEND}"),
        ),
        None => syn::Error::new_spanned(
            ident,
            format_args!(
                "`{ident}` counts on from `{}`, whose discriminant is not an integer literal; {MEND}",
                from.ident
            ),
        ),
    }
}

/// An integer literal, with or without a minus, as macros may have wrapped it.
fn integer(written: &Expr) -> Option<i128> {
    match written {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => integer(expr)?.checked_neg(),
        Expr::Group(group) => integer(&group.expr),
        Expr::Paren(paren) => integer(&paren.expr),
        _ => None,
    }
}
