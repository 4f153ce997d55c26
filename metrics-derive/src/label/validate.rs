//! The rules of labels, one function each; from what was read to a model.

use syn::ext::IdentExt as _;

use super::discriminant;
use super::model::{Label, Variant};
use super::parse::{Parsed, ParsedVariant};
use crate::case::Case;
use crate::report::Report;

pub(super) fn validate(parsed: Parsed, report: &mut Report) -> Label {
    one_way_to_spell(&parsed, report);
    let numbers = match parsed.discriminant {
        Some(_) => discriminant::values(&parsed.variants, report),
        None => Vec::new(),
    };
    let mut variants: Vec<Variant> = Vec::new();
    for (at, variant) in parsed.variants.into_iter().enumerate() {
        let number = numbers.get(at);
        if let Some(value) = value(&variant, number, parsed.case) {
            value_is_not_empty(&variant, &value, report);
            // the compiler says itself that two variants have one discriminant
            if number.is_none() || variant.name.is_some() {
                value_is_free(&variant, &value, &variants, report);
            }
            let ident = variant.ident;
            variants.push(Variant { ident, value });
        }
    }
    Label {
        krate: parsed.krate,
        ident: parsed.ident,
        generics: parsed.generics,
        variants,
    }
}

fn one_way_to_spell(parsed: &Parsed, report: &mut Report) {
    if let (Some(span), Some(_)) = (parsed.discriminant, parsed.rename_all) {
        report.add(syn::Error::new(
            span,
            "`discriminant` and `rename_all` both say what the values are; leave one of them out",
        ));
    }
}

/// The label value; `None` where it has none, because its discriminant could not be read.
fn value(variant: &ParsedVariant, number: Option<&Option<i128>>, case: Case) -> Option<String> {
    match (&variant.name, number) {
        (Some(name), _) => Some(name.value()),
        (None, Some(number)) => number.map(|number| number.to_string()),
        (None, None) => Some(case.apply(&variant.ident.unraw().to_string())),
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
