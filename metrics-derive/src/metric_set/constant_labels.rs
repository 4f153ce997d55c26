//! The rules of `labels(…)` on a set: labels with one value, which every series of the set has.

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Expr, ExprLit, Lit};

use super::model::ConstantLabel;
use super::parse::ParsedLabel;
use crate::name;
use crate::report::Report;

pub(super) fn validate(written: Vec<ParsedLabel>, report: &mut Report) -> Vec<ConstantLabel> {
    let mut labels: Vec<ConstantLabel> = Vec::new();
    for ParsedLabel { name, value } in written {
        let text = name.unraw().to_string();
        if let Err(mistake) = label_name(&text) {
            report.mistake(&name, mistake);
        } else if labels.iter().any(|other| other.name == text) {
            report.mistake(
                &name,
                format_args!("the label `{text}` is given twice; leave one of them out"),
            );
        }
        check_value(&name, &value, report);
        labels.push(ConstantLabel {
            name: text,
            span: name.span(),
            value,
        });
    }
    labels
}

fn label_name(name: &str) -> Result<(), String> {
    match name {
        "le" => Err("`le` is the label of histogram buckets; name this one otherwise".to_owned()),
        "quantile" => {
            Err("`quantile` is the label of summaries; name this one otherwise".to_owned())
        }
        _ => name::label_name(name),
    }
}

/// What a constant is, the compiler knows.
fn check_value(name: &Ident, value: &Expr, report: &mut Report) {
    match value {
        Expr::Path(_) => {}
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) if text.value().is_empty() => report.mistake(
            text,
            format_args!(
                "`{name} = \"\"`: an empty label value is the same as no label; leave it out"
            ),
        ),
        Expr::Lit(ExprLit {
            lit: Lit::Str(_), ..
        }) => {}
        other => report.mistake(
            other,
            format_args!(
                "the value of a constant label is a text, `{name} = \"…\"`, or the path of a constant of the type `&'static str`"
            ),
        ),
    }
}
