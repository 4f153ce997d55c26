//! The rules of a metric that hang on its kind, which only the compiler knows: each becomes a check in a constant, with
//! the message written here.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, LitStr};

use super::lint::Lint;
use super::model::{KindCheck, KindRule, Metric};
use super::parse::ParsedField;

/// Words of names that are kinds, and the kinds that promtool knows by them: in the text format an info and a state
/// set are gauges.
const KINDS: [(&str, &[&str]); 4] = [
    ("counter", &["Counter"]),
    ("gauge", &["Gauge", "Info", "StateSet"]),
    ("histogram", &["Histogram"]),
    ("summary", &["Summary"]),
];

/// Whether `word` is that of a kind.
pub(super) fn is_kind(word: &str) -> bool {
    KINDS.iter().any(|(kind, _)| *kind == word)
}

/// All rules but that of buckets, for a metric with a right name in the family `family`.
pub(super) fn rules(
    field: &ParsedField,
    name_span: Span,
    prefix: Option<&LitStr>,
    family: &str,
    metric: &mut Metric,
) {
    // a whole name has none
    let prefix = prefix.filter(|_| !metric.verbatim);
    total_is_for_counters(field, name_span, prefix, metric);
    info_is_for_infos(field, name_span, prefix, metric);
    suffix_is_in_whole_names(field, name_span, metric);
    no_kind_in_names(field, name_span, prefix, metric);
    states_are_labels(name_span, family, metric);
    unit_is_of_numbers(field, metric);
}

/// `_total` says that only the rate means something.
fn total_is_for_counters(
    field: &ParsedField,
    name_span: Span,
    prefix: Option<&LitStr>,
    metric: &mut Metric,
) {
    let Some(mend) = without(metric, prefix, "total") else {
        return;
    };
    if !field.allow.contains(&Lint::GaugeTotal) {
        let name = &metric.name;
        let message = format!(
            "`{name}` is not a counter, and only counters end in `_total`; {mend}, or `#[metric(allow(gauge_total))]`"
        );
        metric
            .checks
            .push(check(name_span, KindRule::Must("Counter"), &message));
    }
}

/// A counter has `_total` behind such a name, and other metrics their unit.
pub(super) fn no_series_suffix(
    field: &ParsedField,
    name_span: Span,
    message: Option<String>,
    metric: &mut Metric,
) {
    let allowed = field.allow.contains(&Lint::SeriesSuffix);
    let stays_last = !metric.verbatim && metric.unit.is_empty() && !allowed;
    if let Some(message) = message.filter(|_| stays_last) {
        metric
            .checks
            .push(check(name_span, KindRule::Must("Counter"), &message));
    }
}

/// `_info` says that the value is always 1.
fn info_is_for_infos(
    field: &ParsedField,
    name_span: Span,
    prefix: Option<&LitStr>,
    metric: &mut Metric,
) {
    let Some(mend) = without(metric, prefix, "info") else {
        return;
    };
    if !field.allow.contains(&Lint::GaugeInfo) {
        let name = &metric.name;
        let message = format!(
            "`{name}` is not an `Info`, and only infos end in `_info`; {mend}, or `#[metric(allow(gauge_info))]`"
        );
        metric
            .checks
            .push(check(name_span, KindRule::Must("Info"), &message));
    }
}

/// How to mend a name whose last word is `word`, whether it stands behind the rest of the name or behind the prefix.
fn without(metric: &Metric, prefix: Option<&LitStr>, word: &str) -> Option<String> {
    let stem = metric.name.strip_suffix(word)?;
    match stem.strip_suffix('_') {
        Some(stem) => Some(format!("write `{stem}`")),
        None if stem.is_empty() => prefix.map(|_| "name it otherwise".to_owned()),
        None => None,
    }
}

/// Elsewhere the suffix is added; a name that is taken as it is must bring it.
fn suffix_is_in_whole_names(field: &ParsedField, name_span: Span, metric: &mut Metric) {
    if !metric.verbatim {
        return;
    }
    let name = metric.name.clone();
    if !name.ends_with("_total") && !field.allow.contains(&Lint::CounterWithoutTotal) {
        let message = format!(
            "`name = \"{name}\"` is a counter, and counters end in `_total`; write `name = \"{name}_total\"`, or `allow(counter_without_total)` beside it"
        );
        metric
            .checks
            .push(check(name_span, KindRule::MustNot(&["Counter"]), &message));
    }
    if !name.ends_with("_info") {
        let message = format!(
            "`name = \"{name}\"` is an `Info`, and infos end in `_info`; write `name = \"{name}_info\"`"
        );
        metric
            .checks
            .push(check(name_span, KindRule::MustNot(&["Info"]), &message));
    }
}

/// `# TYPE` tells the kind. As for promtool, the first word of a whole family name is free.
fn no_kind_in_names(
    field: &ParsedField,
    name_span: Span,
    prefix: Option<&LitStr>,
    metric: &mut Metric,
) {
    if field.allow.contains(&Lint::KindInName) {
        return;
    }
    let has =
        |text: &str, skipped: usize, word: &str| text.split('_').skip(skipped).any(|w| w == word);
    for (word, kinds) in KINDS {
        let name = &metric.name;
        let (span, message) = if has(name, usize::from(prefix.is_none()), word) {
            let rest: Vec<&str> = name.split('_').filter(|w| *w != word).collect();
            let mend = match rest.join("_") {
                rest if rest.is_empty() => "name it after what it measures".to_owned(),
                rest => format!("write `{rest}`"),
            };
            (
                name_span,
                format!(
                    "`{name}` has the word `{word}`, which `# TYPE` says already; {mend}, or `#[metric(allow(kind_in_name))]`"
                ),
            )
        } else if let Some(prefix) = prefix
            && has(&prefix.value(), 1, word)
        {
            (
                prefix.span(),
                format!(
                    "the prefix has the word `{word}`, which `# TYPE` says already of such a metric in this set; leave it out, or write `#[metric(allow(kind_in_name))]` on the field"
                ),
            )
        } else {
            continue;
        };
        let rule = KindRule::MustNot(kinds);
        metric.checks.push(check(span, rule, &message));
    }
}

/// The label of a state set is called as the family.
fn states_are_labels(name_span: Span, family: &str, metric: &mut Metric) {
    if let "le" | "quantile" = family {
        let message = format!(
            "a `StateSet` has a label called as itself, and Prometheus keeps the label `{family}` for itself; name it otherwise, or give the set a prefix"
        );
        metric
            .checks
            .push(check(name_span, KindRule::MustNot(&["StateSet"]), &message));
    }
}

/// OpenMetrics refuses a unit on what is always 1, or 0.
fn unit_is_of_numbers(field: &ParsedField, metric: &mut Metric) {
    let Some(unit) = &field.unit else {
        return;
    };
    metric.checks.push(check(
        unit.span(),
        KindRule::MustNot(&["Info", "StateSet"]),
        "`unit` is for numbers, and an `Info` or `StateSet` has none; leave it out",
    ));
}

/// Whether a type knows these keys, its constants say.
pub(super) fn keys_are_known(field: &ParsedField, metric: &mut Metric) {
    let native = field.native.map(|(_, span)| span);
    let idle = field.idle.as_ref().map(LitStr::span);
    let known = [
        (
            native,
            "NATIVE",
            "`native` is for a `Histogram`; leave it out",
        ),
        (
            idle,
            "IDLE",
            "`idle` is for series that come and go: those of a `Counter`, `Gauge` or `Histogram` with an open label; leave it out",
        ),
        (
            field.exemplars,
            "EXEMPLARS",
            "`exemplars` is for a `Counter` or a `Histogram`; leave it out",
        ),
    ];
    for (span, constant, message) in known {
        if let Some(span) = span {
            let rule = KindRule::Knows(constant);
            metric.checks.push(check(span, rule, message));
        }
    }
}

pub(super) fn buckets_are_for_histograms(written: &Expr, metric: &mut Metric) {
    metric.checks.push(check(
        written.span(),
        KindRule::Must("Histogram"),
        "`buckets` is for a `Histogram`; leave it out",
    ));
}

pub(super) fn check(span: Span, rule: KindRule, message: &str) -> KindCheck {
    KindCheck {
        of: None,
        span,
        rule,
        message: LitStr::new(message, span),
    }
}
