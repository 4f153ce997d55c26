//! The rules of metric sets, one function each; from what was read to a model. Those of single metrics are in
//! `family`, those of labels in `constant_labels`.

use proc_macro2::Span;
use syn::LitStr;

use super::lint::Lint;
use super::model::{Field, Role, Set};
use super::parse::{Parsed, ParsedField};
use super::{constant_labels, derived, family, kind};
use crate::name;
use crate::report::Report;
use crate::unit;

pub(super) fn validate(parsed: Parsed, report: &mut Report) -> Set {
    borrows_nothing(&parsed, report);
    let prefix = prefix(parsed.prefix.as_ref(), report);
    prefix_words(&parsed, report);
    let linked = linked(&parsed, report);
    let mut metrics = 0;
    let mut fields: Vec<Field> = Vec::new();
    let mut taken = family::Taken::default();
    let sources = derived::sources(&parsed.fields);
    for field in parsed.fields {
        let (ident, ty) = (field.ident.clone(), field.ty.clone());
        let role = if let Some(role) = no_metric(&field, &prefix, report) {
            role
        } else {
            let derived = derived::derived(&field, &sources, report);
            let mut metric = family::metric(field, parsed.prefix.as_ref(), &mut taken, report);
            if let Some((derived, checks)) = derived {
                metric.derived = Some(derived);
                metric.checks.extend(checks);
            }
            metrics += 1;
            Role::Metric(metrics - 1, Box::new(metric))
        };
        fields.push(Field { ident, ty, role });
    }
    let is_skipped = |field: &Field| matches!(field.role, Role::Skipped);
    if !fields.is_empty() && fields.iter().all(is_skipped) {
        report.mistake(
            &parsed.ident,
            "every field is skipped; a metric set needs at least one metric",
        );
    }
    Set {
        krate: parsed.krate,
        ident: parsed.ident,
        vis: parsed.vis,
        generics: parsed.generics,
        help: parsed.help,
        prefix,
        labels: constant_labels::validate(parsed.labels, report),
        linked,
        fields,
    }
}

/// A registry keeps a set for as long as it likes.
fn borrows_nothing(parsed: &Parsed, report: &mut Report) {
    if let Some(lifetime) = parsed.generics.lifetimes().next() {
        report.mistake(
            lifetime,
            "a metric set lives as long as its registry and cannot borrow; use owned types, or `'static` as in `Counter<ByPath<'static>>`",
        );
    }
}

fn prefix(prefix: Option<&LitStr>, report: &mut Report) -> String {
    let Some(prefix) = prefix else {
        return String::new();
    };
    let written = |name: &str| format!("prefix = {name:?}");
    if let Err(mistake) = name::metric_name(&prefix.value(), written) {
        report.mistake(prefix, mistake);
    }
    prefix.value()
}

/// promtool looks at every word of a name, so those of the prefix count for each family.
fn prefix_words(parsed: &Parsed, report: &mut Report) {
    let metrics = || parsed.fields.iter().filter(|field| field.skip.is_none());
    let is_allowed = |field: &ParsedField| field.allow.contains(&Lint::BaseUnit);
    let Some(prefix) = &parsed.prefix else {
        return;
    };
    if let Some((word, base)) = unit::scaled_word(&prefix.value(), false)
        && !metrics().all(is_allowed)
    {
        report.mistake(
            prefix,
            format_args!(
                "the word `{word}` in `prefix = {:?}` reads as a unit that is not a base unit; write `{base}` or another word, or `#[metric(allow(base_unit))]` on every field",
                prefix.value()
            ),
        );
    }
}

/// So do those of the prefix of a nested set.
fn nested_prefix_words(field: &ParsedField, outer: &str, report: &mut Report) {
    let Some(prefix) = &field.prefix else {
        return;
    };
    let value = prefix.value();
    let allows = |lint| field.allow.contains(&lint);
    let continued = !outer.is_empty();
    if let Some((word, base)) = unit::scaled_word(&value, continued)
        && !allows(Lint::BaseUnit)
    {
        report.mistake(
            prefix,
            format_args!(
                "the word `{word}` in `prefix = {value:?}` reads as a unit that is not a base unit; write `{base}` or another word, or `allow(base_unit)` beside it"
            ),
        );
    }
    let mut words = value.split('_').skip(usize::from(!continued));
    if let Some(word) = words.find(|word| kind::is_kind(word))
        && !allows(Lint::KindInName)
    {
        report.mistake(
            prefix,
            format_args!(
                "`prefix = {value:?}` has the word `{word}`, which `# TYPE` says already of such metrics; leave it out, or write `allow(kind_in_name)` beside it"
            ),
        );
    }
}

/// The linker needs one type: it cannot choose for `T`.
fn linked(parsed: &Parsed, report: &mut Report) -> bool {
    let generic = !parsed.generics.params.is_empty();
    match &parsed.register {
        Some(register) if register.value() && generic => {
            report.mistake(
                register,
                "a set with generics cannot be registered by itself; leave `register` out, and register each instance: `Set::<T>::register(&registry)`",
            );
            false
        }
        Some(register) => register.value(),
        None => !generic,
    }
}

/// What the field is if it is no metric.
fn no_metric(field: &ParsedField, prefix: &str, report: &mut Report) -> Option<Role> {
    let has = |key: &str| field.keys.iter().any(|(found, _)| *found == key);
    let is_told = |key: &str, read: Option<Span>| has(key) && read.is_none();
    if is_told("skip", field.skip) || is_told("flatten", field.flatten) {
        // it is not written as it should be, which was reported
        return Some(Role::Nested(String::new()));
    }
    if field.skip.is_some() {
        // its docs are for readers of the code, so they may be there or not
        stands_alone(field, &["skip"], report, |key| {
            format!(
                "`{key}` says something of a metric, but this field is skipped; leave it or `skip` out"
            )
        });
        return Some(Role::Skipped);
    }
    if field.flatten.is_some() {
        // words of the prefix may be allowed; the rest is about metrics
        let of_prefix = |lint: &Lint| matches!(lint, Lint::BaseUnit | Lint::KindInName);
        let with: &[&str] = if field.allow.iter().all(of_prefix) {
            &["flatten", "prefix", "allow"]
        } else {
            &["flatten", "prefix"]
        };
        stands_alone(field, with, report, |key| {
            format!(
                "`{key}` says something of a metric, but this field is a set of them; write it on the fields of that set, or leave `flatten` out"
            )
        });
        let own = self::prefix(field.prefix.as_ref(), report);
        nested_prefix_words(field, prefix, report);
        return Some(Role::Nested(joined(prefix, &own)));
    }
    if let Some(prefix) = &field.prefix {
        let value = prefix.value();
        report.mistake(
            prefix,
            format_args!(
                "`prefix` is for a field that is a set: `#[metric(flatten, prefix = {value:?})]`; that of a metric is the set's, `#[metrics(prefix = …)]`"
            ),
        );
    }
    None
}

fn stands_alone(
    field: &ParsedField,
    with: &[&str],
    report: &mut Report,
    message: impl Fn(&str) -> String,
) {
    let other = field.keys.iter().find(|(key, _)| !with.contains(key));
    if let Some((key, span)) = other {
        report.add(syn::Error::new(*span, message(key)));
    }
}

fn joined(outer: &str, inner: &str) -> String {
    let parts = [outer, inner].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_")
}
