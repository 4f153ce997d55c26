//! The rules of label sets, one function each; from what was read to a model.

use proc_macro2::{Ident, Span};
use quote::{ToTokens as _, format_ident};
use syn::ext::IdentExt as _;
use syn::{GenericParam, Lifetime, LifetimeParam, LitInt, Type, WherePredicate};

use super::model::{Label, Open, Set, Values};
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
        let values = values(&field, report);
        let name = match values {
            // its labels have names of their own
            Values::Nested => String::new(),
            Values::Finite | Values::Open(_) => label_name(&field, &labels, report),
        };
        labels.push(Label {
            alias: alias(&field.ty, &values, labels.len()),
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
                has_no_bound(parsed, param, report);
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

/// What is looked up lives as short as its caller likes.
fn has_no_bound(parsed: &Parsed, param: &LifetimeParam, report: &mut Report) {
    let lifetime = &param.lifetime;
    let where_clause = parsed.generics.where_clause.iter();
    let clauses = where_clause.flat_map(|clause| &clause.predicates);
    let clauses = clauses.filter_map(|predicate| match predicate {
        WherePredicate::Lifetime(predicate) => Some(predicate.to_token_stream()),
        _ => None,
    });
    let own = (!param.bounds.is_empty()).then(|| param.bounds.to_token_stream());
    for bound in own.into_iter().chain(clauses) {
        report.mistake(
            bound,
            format_args!("the lifetime of a label set has no bound; write `<{lifetime}>`"),
        );
    }
}

/// The name of a field that is one label.
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

/// What is wrong with the type of a nested set the compiler says wherever the type stands, once for each place: at the
/// whole type, and at parts of it. A name for it has one place.
fn alias(ty: &Type, values: &Values, at: usize) -> Option<Ident> {
    let mut tokens = ty.to_token_stream().into_iter();
    let first = tokens.next()?;
    let is_long = matches!(values, Values::Nested) && tokens.next().is_some();
    is_long.then(|| format_ident!("__Nested{at}", span = first.span()))
}

fn values(field: &ParsedField, report: &mut Report) -> Values {
    if field.has("flatten") {
        nested_has_no_other_key(field, report);
        nested_is_held(field, report);
        return Values::Nested;
    }
    let Some(open) = field.open else {
        if field.has("open") {
            // it was reported, with how it is written
            return Values::Finite;
        }
        finite_has_no_key_of_open(field, report);
        return Values::Finite;
    };
    Values::Open(Open {
        max: max(field, open, report),
        overflow: overflow(field, report),
        display: field.display.is_some(),
    })
}

/// What else could be said of a nested set is said in that set.
fn nested_has_no_other_key(field: &ParsedField, report: &mut Report) {
    for (key, span) in &field.keys {
        if *key != "flatten" {
            report.add(syn::Error::new(
                *span,
                format_args!(
                    "`{key}` is for a single label, and `flatten` puts the labels of another set in the place of this field; leave one of them out"
                ),
            ));
        }
    }
}

/// A borrowed set is none.
fn nested_is_held(field: &ParsedField, report: &mut Report) {
    if let Type::Reference(reference) = &field.ty {
        report.mistake(
            reference,
            format_args!(
                "a nested label set is held, not borrowed; write `{}`",
                reference.elem.to_token_stream()
            ),
        );
    }
}

/// What is missing is `open`, which is one mistake, whatever stands there without it.
fn finite_has_no_key_of_open(field: &ParsedField, report: &mut Report) {
    let Some((key, span)) = field.keys.iter().find(|(key, _)| *key != "name") else {
        return;
    };
    let (max, span) = match &field.max {
        Some(max) if *key == "max" => (max.to_string(), max.span()),
        Some(max) => (max.to_string(), *span),
        None => ("100".to_owned(), *span),
    };
    let written = match *key {
        "overflow" => format!("open, max = {max}, overflow = \"…\""),
        "display" => format!("open, display, max = {max}"),
        _ => format!("open, max = {max}"),
    };
    report.add(syn::Error::new(
        span,
        format_args!(
            "`{key}` is for open labels: `#[label({written})]`; the values of others are known"
        ),
    ));
}

/// Open values have a cap, so that no caller can make series without end.
fn max(field: &ParsedField, open: Span, report: &mut Report) -> usize {
    if let Some(max) = &field.max {
        return limit("max", max, report);
    }
    // what stands there may be no number, and was reported as such
    if !field.has("max") {
        report.add(syn::Error::new(
            open,
            "`open` needs the most values to keep apart, beyond which they share one series: `#[label(open, max = 100)]`",
        ));
    }
    1
}

/// To Prometheus a label with an empty value is a label that is not there.
fn overflow(field: &ParsedField, report: &mut Report) -> Option<String> {
    let overflow = field.overflow.as_ref()?;
    if overflow.value().is_empty() {
        report.mistake(
            overflow,
            "an empty label value is the same as no label, so the overflow series would look like that of a value; name it: `overflow = \"other\"`",
        );
    }
    Some(overflow.value())
}

fn limit(key: &str, written: &LitInt, report: &mut Report) -> usize {
    let limit = written.base10_parse::<usize>().ok();
    let limit = limit.filter(|limit| (1..=MAX).contains(limit) && written.suffix().is_empty());
    if limit.is_none() {
        let digits = written.base10_digits();
        let mend = if written.suffix().is_empty() {
            format!("is out of range; write a whole number from 1 to {MAX_SHOWN}")
        } else {
            format!("is written without a type: `{key} = {digits}`")
        };
        report.mistake(written, format_args!("`{key} = {written}` {mend}"));
    }
    limit.unwrap_or(1)
}
