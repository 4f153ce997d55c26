//! The rules of label sets, one function each; from what was read to a model.

use syn::ext::IdentExt as _;
use syn::{GenericParam, Lifetime, LitInt};

use super::model::{Label, Set, Values};
use super::parse::{Parsed, ParsedField};
use crate::name;
use crate::report::Report;

/// The most that a limit may be raised to: far more series than any Prometheus server enjoys.
const MAX: usize = 1_000_000;
const MAX_SHOWN: &str = "1_000_000";

/// The most combinations of finite values, unless `max_series` says another number: each of them is a
/// series of every family with these labels, from the first scrape on.
const MAX_SERIES: usize = 1024;

pub(super) fn validate(parsed: Parsed, report: &mut Report) -> Set {
    let lifetime = lifetime(&parsed, report);
    let max_series = parsed
        .max_series
        .as_ref()
        .map_or(MAX_SERIES, |max| limit("max_series", max, report));
    let mut labels: Vec<Label> = Vec::new();
    for field in parsed.fields {
        let name = label_name(&field, &labels, report);
        let values = values(&field, report);
        labels.push(Label {
            field: field.ident,
            ty: field.ty,
            name,
            values,
        });
    }
    Set {
        krate: parsed.krate,
        ident: parsed.ident,
        lifetime,
        max_series,
        labels,
    }
}

/// One lifetime, for what is borrowed while a series is looked up; a family is of one type.
fn lifetime(parsed: &Parsed, report: &mut Report) -> Option<Lifetime> {
    let mut lifetimes = Vec::new();
    for param in &parsed.generics.params {
        match param {
            GenericParam::Lifetime(param) if lifetimes.is_empty() => {
                lifetimes.push(param.lifetime.clone());
            }
            GenericParam::Lifetime(param) => report.mistake(
                param,
                format_args!(
                    "a label set has at most one lifetime; use `{}` for all that it borrows",
                    lifetimes[0]
                ),
            ),
            GenericParam::Type(_) | GenericParam::Const(_) => report.mistake(
                param,
                "a label set has no generics but a lifetime; write one struct for each type of label",
            ),
        }
    }
    lifetimes.into_iter().next()
}

fn label_name(field: &ParsedField, earlier: &[Label], report: &mut Report) -> String {
    let (name, span) = match &field.name {
        Some(name) => (name.value(), name.span()),
        None => (field.ident.unraw().to_string(), field.ident.span()),
    };
    if let Err(mistake) = name::label_name(&name) {
        report.add(syn::Error::new(span, mistake));
    } else if let Some(other) = earlier.iter().find(|other| other.name == name) {
        report.add(syn::Error::new(
            span,
            format_args!(
                "`{}` is called `{name}` already; name one of them otherwise",
                other.field
            ),
        ));
    }
    name
}

/// Open values have a cap, so that no caller can make series without end.
fn values(field: &ParsedField, report: &mut Report) -> Values {
    match (field.open, &field.max) {
        (None, None) => Values::Finite,
        (Some(_), Some(max)) => Values::Open(limit("max", max, report)),
        // what stands there was no number, and was reported as such
        (Some(_), None) if field.max_given => Values::Open(1),
        (Some(open), None) => {
            report.add(syn::Error::new(
                open,
                "`open` needs the most values to keep apart, beyond which they share one series: `#[label(open, max = 100)]`",
            ));
            Values::Open(1)
        }
        (None, Some(max)) => {
            report.mistake(
                max,
                format_args!(
                    "`max` is for open labels: `#[label(open, max = {max})]`; the values of others are known"
                ),
            );
            Values::Finite
        }
    }
}

fn limit(key: &str, written: &LitInt, report: &mut Report) -> usize {
    let limit = written.base10_parse::<usize>().ok();
    let limit = limit.filter(|limit| (1..=MAX).contains(limit) && written.suffix().is_empty());
    if limit.is_none() {
        report.mistake(
            written,
            format_args!(
                "`{key} = {written}` is out of range; write a whole number from 1 to {MAX_SHOWN}"
            ),
        );
    }
    limit.unwrap_or(1)
}
