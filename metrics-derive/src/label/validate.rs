//! The rules of labels, one function each; from what was read to a model.

use syn::ext::IdentExt as _;

use super::model::{Label, Variant};
use super::parse::{Parsed, ParsedVariant};
use crate::case::Case;
use crate::report::Report;

pub(super) fn validate(parsed: Parsed, report: &mut Report) -> Label {
    let mut variants: Vec<Variant> = Vec::new();
    for variant in parsed.variants {
        let value = value(&variant, parsed.case);
        value_is_not_empty(&variant, &value, report);
        value_is_free(&variant, &value, &variants, report);
        let ident = variant.ident;
        variants.push(Variant { ident, value });
    }
    Label {
        krate: parsed.krate,
        ident: parsed.ident,
        generics: parsed.generics,
        variants,
    }
}

fn value(variant: &ParsedVariant, case: Case) -> String {
    match &variant.name {
        Some(name) => name.value(),
        None => case.apply(&variant.ident.unraw().to_string()),
    }
}

/// To Prometheus a label with an empty value is a label that is not there.
fn value_is_not_empty(variant: &ParsedVariant, value: &str, report: &mut Report) {
    if !value.is_empty() {
        return;
    }
    let message =
        "an empty label value is the same as no label; name the value: `#[label(name = \"none\")]`";
    match &variant.name {
        Some(name) => report.mistake(name, message),
        None => report.mistake(&variant.ident, message),
    }
}

fn value_is_free(variant: &ParsedVariant, value: &str, earlier: &[Variant], report: &mut Report) {
    let Some(other) = earlier.iter().find(|other| other.value == value) else {
        return;
    };
    let message = format!(
        "`{}` has the value `{value}` already; give one of them another: `#[label(name = \"…\")]`",
        other.ident
    );
    match &variant.name {
        Some(name) => report.mistake(name, message),
        None => report.mistake(&variant.ident, message),
    }
}
