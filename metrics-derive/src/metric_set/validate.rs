//! The rules of metric sets, one function each; from what was read to a model.
//! A rule that hangs on a field's type becomes a check of the compiler, with the message written here.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Expr, LitStr};

use super::model::{Field, KindCheck, KindRule, Metric, Role, Set};
use super::parse::{Lint, Parsed, ParsedField};
use crate::buckets;
use crate::name;
use crate::report::Report;
use crate::unit;

pub(super) fn validate(parsed: Parsed, report: &mut Report) -> Set {
    borrows_nothing(&parsed, report);
    let prefix = prefix(&parsed, report);
    let linked = linked(&parsed, report);
    let mut metrics = 0;
    let mut fields: Vec<Field> = Vec::new();
    let mut taken: Vec<(String, String)> = Vec::new();
    for field in parsed.fields {
        let (ident, ty) = (field.ident.clone(), field.ty.clone());
        let role = if field.skip {
            skip_stands_alone(&field, report);
            Role::Skipped
        } else {
            let metric = metric(field, &prefix, &mut taken, report);
            metrics += 1;
            Role::Metric(metrics - 1, Box::new(metric))
        };
        fields.push(Field { ident, ty, role });
    }
    if metrics == 0 && !fields.is_empty() {
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
        linked,
        fields,
    }
}

/// A registry keeps a set for as long as it likes.
fn borrows_nothing(parsed: &Parsed, report: &mut Report) {
    if let Some(lifetime) = parsed.generics.lifetimes().next() {
        report.mistake(
            lifetime,
            "a metric set lives as long as its registry and cannot borrow; use owned types, or `'static`",
        );
    }
}

fn prefix(parsed: &Parsed, report: &mut Report) -> String {
    let Some(prefix) = &parsed.prefix else {
        return String::new();
    };
    let written = |name: &str| format!("prefix = {name:?}");
    if let Err(mistake) = name::metric_name(&prefix.value(), written) {
        report.mistake(prefix, mistake);
    }
    prefix.value()
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

/// Its docs are for readers of the code, so they may be there or not.
fn skip_stands_alone(field: &ParsedField, report: &mut Report) {
    if let Some((key, span)) = field.other_key {
        report.add(syn::Error::new(
            span,
            format_args!("`{key}` says something of a metric, but this field is skipped; leave it or `skip` out"),
        ));
    }
}

fn metric(
    field: ParsedField,
    prefix: &str,
    taken: &mut Vec<(String, String)>,
    report: &mut Report,
) -> Metric {
    let own_name = field.ident.unraw().to_string();
    let (name, name_span) = match &field.name {
        Some(name) => (name.value(), name.span()),
        None => (own_name, field.ident.span()),
    };
    let mut metric = Metric {
        verbatim: field.name.is_some(),
        unit: field.unit.as_ref().map_or_else(String::new, LitStr::value),
        help: field.help.clone(),
        buckets: None,
        read: field.read.clone(),
        checks: Vec::new(),
        name,
    };
    has_help(&field, report);
    let at = |mistake| syn::Error::new(name_span, mistake);
    let name_is_right = name_rules(&field, &metric).map_err(at);
    let unit_is_right = unit_rules(&field, &metric);
    let names_are_right = name_is_right.is_ok() && unit_is_right.is_ok();
    for mistake in [name_is_right, unit_is_right]
        .into_iter()
        .filter_map(Result::err)
    {
        report.add(mistake);
    }
    if names_are_right {
        let family = family(prefix, &metric);
        name_is_free(&field, name_span, &family, taken, report);
        name_fits(name_span, &family, &metric, report);
        total_is_for_counters(&field, name_span, &mut metric);
        counters_end_in_total(&field, name_span, &mut metric);
    }
    if let Some(written) = field.buckets {
        buckets_are_for_histograms(&written, &mut metric);
        metric.buckets = buckets::read(written, report);
    }
    metric
}

/// Without a help text nobody but its author knows what a metric means.
fn has_help(field: &ParsedField, report: &mut Report) {
    if field.help.is_empty() {
        let ident = &field.ident;
        report.mistake(
            ident,
            format_args!(
                "`{ident}` has no help text; write a doc comment above it: `/// What it measures.`"
            ),
        );
    }
}

fn name_rules(field: &ParsedField, metric: &Metric) -> Result<(), String> {
    let verbatim = metric.verbatim;
    let written = |name: &str| {
        if verbatim {
            format!("name = {name:?}")
        } else {
            name.to_owned()
        }
    };
    let name = metric.name.as_str();
    name::metric_name(name, written)?;
    // scrapers take `x_count` for a part of the histogram `x`
    if let Some(ending) = name::reserved_ending(name) {
        let stem = name.strip_suffix(ending).unwrap_or(name);
        return Err(format!(
            "`{}`: names ending in `{ending}` are those of a histogram's series; write `{}`",
            written(name),
            written(stem)
        ));
    }
    if !field.allow.contains(&Lint::BaseUnit)
        && let Some((word, base)) = unit::scaled_ending(name)
    {
        let stem = name.strip_suffix("_total").unwrap_or(name);
        let stem = stem.strip_suffix(word).unwrap_or(stem);
        let mend = if verbatim {
            let total = if name.ends_with("_total") {
                "_total"
            } else {
                ""
            };
            format!("`{}`", written(&format!("{stem}{base}{total}")))
        } else {
            let stem = stem.trim_end_matches('_');
            format!("`{stem}` and `#[metric(unit = \"{base}\")]`")
        };
        return Err(format!(
            "`{}` ends in `{word}`, which is not a base unit; write {mend}, or `#[metric(allow(base_unit))]`",
            written(name)
        ));
    }
    Ok(())
}

fn unit_rules(field: &ParsedField, metric: &Metric) -> syn::Result<()> {
    let Some(unit) = &field.unit else {
        return Ok(());
    };
    let at = |mistake| syn::Error::new_spanned(unit, mistake);
    unit::unit(&metric.unit, field.allow.contains(&Lint::BaseUnit)).map_err(at)?;
    // OpenMetrics refuses a family whose unit is not in its name
    if metric.verbatim && !unit::ends_in(&metric.name, &metric.unit) {
        let Metric { name, unit, .. } = metric;
        let stem = name.strip_suffix("_total").unwrap_or(name);
        let total = if name.ends_with("_total") {
            "_total"
        } else {
            ""
        };
        return Err(at(format!(
            "`name` is the whole name, and does not end in the unit; write `name = \"{stem}_{unit}{total}\"`, or leave the unit out"
        )));
    }
    Ok(())
}

/// The family name without `_total`: the same for what would clash in OpenMetrics, where a counter's
/// family has no such suffix.
fn family(prefix: &str, metric: &Metric) -> String {
    let name = metric.name.as_str();
    let stem = name.strip_suffix("_total").unwrap_or(name);
    if metric.verbatim {
        return stem.to_owned();
    }
    let mut family = String::new();
    if !prefix.is_empty() {
        family.push_str(prefix);
        family.push('_');
    }
    family.push_str(stem);
    if !metric.unit.is_empty() && !unit::ends_in(stem, &metric.unit) {
        family.push('_');
        family.push_str(&metric.unit);
    }
    family
}

fn name_is_free(
    field: &ParsedField,
    name_span: Span,
    family: &str,
    taken: &mut Vec<(String, String)>,
    report: &mut Report,
) {
    if let Some((_, other)) = taken.iter().find(|(name, _)| name == family) {
        report.add(syn::Error::new(
            name_span,
            format_args!("`{other}` has the family name `{family}` already; rename one of them"),
        ));
    }
    taken.push((family.to_owned(), field.ident.to_string()));
}

/// Whether it is a counter is not known here, so that room is left for `_total`.
fn name_fits(name_span: Span, family: &str, metric: &Metric, report: &mut Report) {
    let max = name::MAX_LEN;
    let len = if metric.verbatim {
        metric.name.len()
    } else {
        family.len() + "_total".len()
    };
    if len > max {
        report.add(syn::Error::new(
            name_span,
            format_args!(
                "the family name would be {len} bytes long, with prefix, unit and `_total`; the most are {max}"
            ),
        ));
    }
}

/// `_total` says that only the rate means something.
fn total_is_for_counters(field: &ParsedField, name_span: Span, metric: &mut Metric) {
    if field.allow.contains(&Lint::GaugeTotal) {
        return;
    }
    if let Some(stem) = metric.name.strip_suffix("_total") {
        let name = &metric.name;
        let message = format!(
            "`{name}` is not a counter, and only counters end in `_total`; write `{stem}`, or `#[metric(allow(gauge_total))]`"
        );
        metric
            .checks
            .push(check(name_span, KindRule::Must("Counter"), &message));
    }
}

/// Elsewhere the suffix is added; a name that is taken as it is must bring it.
fn counters_end_in_total(field: &ParsedField, name_span: Span, metric: &mut Metric) {
    let allowed = field.allow.contains(&Lint::CounterWithoutTotal);
    if metric.verbatim && !metric.name.ends_with("_total") && !allowed {
        let name = &metric.name;
        let message = format!(
            "`name = \"{name}\"` is a counter, and counters end in `_total`; write `name = \"{name}_total\"`, or `allow(counter_without_total)` beside it"
        );
        metric
            .checks
            .push(check(name_span, KindRule::MustNot("Counter"), &message));
    }
}

fn buckets_are_for_histograms(written: &Expr, metric: &mut Metric) {
    metric.checks.push(check(
        written.span(),
        KindRule::Must("Histogram"),
        "`buckets` is for a `Histogram`; leave it out",
    ));
}

fn check(span: Span, rule: KindRule, message: &str) -> KindCheck {
    KindCheck {
        span,
        rule,
        message: LitStr::new(message, span),
    }
}
