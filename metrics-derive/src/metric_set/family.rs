//! The rules of one metric of a set: its help, its name, its unit. Those that hang on its kind are in `kind`.

use proc_macro2::Span;
use syn::LitStr;
use syn::ext::IdentExt as _;

use super::alert::rules as alert;
use super::hint;
use super::kind;
use super::lint::Lint;
use super::model::Metric;
use super::parse::ParsedField;
use crate::buckets;
use crate::length::nanos;
use crate::name;
use crate::report::Report;
use crate::unit;

/// Names that the fields before have.
#[derive(Default)]
pub(super) struct Taken {
    /// Families, and the fields that they are of.
    families: Vec<(String, String)>,
    alerts: Vec<String>,
}

pub(super) fn metric(
    field: ParsedField,
    prefix: Option<&LitStr>,
    taken: &mut Taken,
    report: &mut Report,
) -> Metric {
    let own_name = field.ident.unraw().to_string();
    let (name, name_span) = match &field.name {
        Some(name) => (name.value(), name.span()),
        None => (own_name, field.ident.span()),
    };
    let mut metric = Metric {
        verbatim: field.name.is_some(),
        series_suffix: field.allow.contains(&Lint::SeriesSuffix),
        unit: field.unit.as_ref().map_or_else(String::new, LitStr::value),
        help: field.help.clone(),
        buckets: None,
        native: field.native.map(|(native, _)| native),
        idle_nanos: None,
        exemplars: field.exemplars.is_some(),
        read: field.read.clone(),
        derived: None,
        alerts: Vec::new(),
        hints: field.hints.clone(),
        checks: Vec::new(),
        name,
    };
    has_help(&field, report);
    let at = |mistake| syn::Error::new(name_span, mistake);
    let set_prefix = prefix.map_or_else(String::new, LitStr::value);
    // a whole name has none
    let set_prefix = if metric.verbatim { "" } else { &set_prefix };
    let name_is_right = name_rules(&field, &metric, set_prefix).map_err(at);
    let unit_is_right = unit_rules(&field, &metric, name_is_right.is_ok());
    let names_are_right = name_is_right.is_ok() && unit_is_right.is_ok();
    for mistake in [name_is_right, unit_is_right]
        .into_iter()
        .filter_map(Result::err)
    {
        report.add(mistake);
    }
    if names_are_right {
        let family = family(&field, set_prefix, &metric);
        name_is_free(&field, name_span, &family, &mut taken.families, report);
        name_fits(name_span, &family, &metric, report);
        let series_suffix = no_series_suffix(&metric.name, set_prefix, str::to_owned).err();
        kind::no_series_suffix(&field, name_span, series_suffix, &mut metric);
        kind::rules(&field, name_span, prefix, &family, &mut metric);
    }
    kind::keys_are_known(&field, &mut metric);
    hint::are_for_gauges(&field, &mut metric);
    updates_are_the_programs(&field, report);
    if let Some(written) = &field.idle {
        metric.idle_nanos = nanos(written, "idle", "10m")
            .map_err(|mistake| report.add(mistake))
            .ok();
    }
    let of_alerts = alert::Field {
        family: &metric.name,
        unit: &metric.unit,
        native_alone: metric.native.is_some() && field.buckets.is_none(),
    };
    metric.alerts = alert::validate(&field.alerts, &of_alerts, &mut taken.alerts, report);
    if let Some(written) = field.buckets {
        kind::buckets_are_for_histograms(&written, &mut metric);
        metric.buckets = buckets::read(written, report);
    }
    metric
}

/// What is read from a function, or computed, is never updated.
fn updates_are_the_programs(field: &ParsedField, report: &mut Report) {
    let not_updated = ["read", "rate_of", "ratio", "quantile_of"];
    let mut keys = field.keys.iter();
    let Some((with, _)) = keys.find(|(key, _)| not_updated.contains(key)) else {
        return;
    };
    for (key, span) in &field.keys {
        if let "exemplars" | "idle" = *key {
            report.add(syn::Error::new(
                *span,
                format_args!(
                    "`{key}` is about updates, and a metric with `{with}` has none; leave one of them out"
                ),
            ));
        }
    }
}

/// Without a help text nobody but its author knows what a metric means.
fn has_help(field: &ParsedField, report: &mut Report) {
    let ident = &field.ident;
    if !field.help.is_empty() {
        return;
    }
    if let Some(unread) = &field.unread_help {
        report.mistake(
            unread,
            format_args!(
                "the help text of `{ident}` is read before the compiler puts this together; write it out: `/// What it measures.`"
            ),
        );
    } else {
        report.mistake(
            ident,
            format_args!(
                "`{ident}` has no help text; write a doc comment above it: `/// What it measures.`"
            ),
        );
    }
}

fn name_rules(field: &ParsedField, metric: &Metric, prefix: &str) -> Result<(), String> {
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
    if verbatim && !field.allow.contains(&Lint::SeriesSuffix) {
        no_series_suffix(name, prefix, written)?;
    }
    if field.allow.contains(&Lint::BaseUnit) {
        return Ok(());
    }
    base_unit(name, verbatim, written)?;
    if let Some((word, base)) = unit::scaled_word(name, !prefix.is_empty()) {
        return Err(format!(
            "the word `{word}` in `{}` reads as a unit that is not a base unit; write `{base}` or another word, or `#[metric(allow(base_unit))]`",
            written(name)
        ));
    }
    Ok(())
}

/// Scrapers take `x_count` for a part of the histogram `x`; where there is none, a registry lets it be.
fn no_series_suffix(
    name: &str,
    prefix: &str,
    written: impl Fn(&str) -> String,
) -> Result<(), String> {
    if let Some(ending) = name::reserved_ending(name) {
        let stem = name.strip_suffix(ending).unwrap_or(name);
        return Err(format!(
            "`{}`: names ending in `{ending}` are those of a histogram's series; write `{}`, or `#[metric(allow(series_suffix))]`",
            written(name),
            written(stem)
        ));
    }
    if !prefix.is_empty() && name::reserved_ending(&format!("_{name}")).is_some() {
        return Err(format!(
            "`{name}`: the family would be called `{prefix}_{name}`, like a series of a histogram; name it after what it measures, or write `#[metric(allow(series_suffix))]`"
        ));
    }
    Ok(())
}

/// The last word is the unit: the mend can be said in full.
fn base_unit(name: &str, verbatim: bool, written: impl Fn(&str) -> String) -> Result<(), String> {
    if let Some((word, base)) = unit::scaled_ending(name) {
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

fn unit_rules(field: &ParsedField, metric: &Metric, name_is_right: bool) -> syn::Result<()> {
    let Some(unit) = &field.unit else {
        return Ok(());
    };
    let at = |mistake| syn::Error::new_spanned(unit, mistake);
    unit::unit(&metric.unit, field.allow.contains(&Lint::BaseUnit)).map_err(at)?;
    if !name_is_right {
        return Ok(());
    }
    if let Some(other) = unit::other_ending(&metric.name, &metric.unit).filter(|_| !metric.verbatim)
    {
        return Err(at(format!(
            "`{}` ends in the unit `{other}`, and `unit = \"{}\"` is another; leave one of them out",
            metric.name, metric.unit
        )));
    }
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

/// The family name without `_total` and `_info`: the same for what would clash in OpenMetrics, where the families of
/// counters and infos have no such suffixes.
fn family(field: &ParsedField, prefix: &str, metric: &Metric) -> String {
    let name = metric.name.as_str();
    let info = (!field.allow.contains(&Lint::GaugeInfo)).then(|| name.strip_suffix("_info"));
    let stem = name.strip_suffix("_total").or(info.flatten());
    let stem = stem.unwrap_or(name);
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
