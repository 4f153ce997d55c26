//! What a metric says of its use by others: `hpa(…)`, by which replicas are counted, and `panels(…)` of a dashboard.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{Expr, LitInt, LitStr};

use super::kind::check;
use super::model::{KindRule, Metric};
use super::parse::ParsedField;
use crate::attr::{Entry, Key, Reader, separated};
use crate::buckets::number;
use crate::promql;
use crate::report::Report;

pub(super) const HPA: Key = Key {
    name: "hpa",
    form: "hpa(average = 100, min = 2, max = 10)",
};
pub(super) const PANELS: Key = Key {
    name: "panels",
    form: "panels(stat)` or `panels(stat, rate = \"5m\", change = \"1h\")",
};

const HPA_KEYS: &[Key] = &[
    Key {
        name: "average",
        form: "average = 100",
    },
    Key {
        name: "min",
        form: "min = 2",
    },
    Key {
        name: "max",
        form: "max = 10",
    },
];
const PANEL_KEYS: &[Key] = &[
    Key {
        name: "stat",
        form: "stat",
    },
    Key {
        name: "rate",
        form: "rate = \"5m\"",
    },
    Key {
        name: "change",
        form: "change = \"1h\"",
    },
];

/// The shortest range that is sure to hold two scrapes, wherever one is made every fifteen seconds or every thirty.
const SHORTEST_MILLIS: u64 = 60_000;

/// Both, where they are given.
#[derive(Clone, Default)]
pub(super) struct Hints {
    pub(super) scaling: Option<Scaling>,
    pub(super) panels: Option<Panels>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scaling {
    average: f64,
    min: u32,
    max: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Panels {
    stat: bool,
    rate: Option<Range>,
    change: Option<Range>,
}

/// A length of time as it was written, for Prometheus to read, and in milliseconds.
#[derive(Clone, Debug, PartialEq)]
struct Range {
    text: String,
    millis: u64,
}

impl Hints {
    /// How the descriptor says so.
    pub(super) fn declaration(&self, private: &TokenStream) -> TokenStream {
        let scaling = self.scaling.map(|Scaling { average, min, max }| {
            quote!(.scaling(#private::Scaling { average: #average, min: #min, max: #max }))
        });
        let span = |range: &Option<Range>| match range {
            None => quote!(::core::option::Option::None),
            Some(Range { text, millis }) => {
                let span = quote!(#private::Span { text: #text, millis: #millis });
                quote!(::core::option::Option::Some(#span))
            }
        };
        let panels = self.panels.as_ref().map(|panels| {
            let Panels { stat, rate, change } = panels;
            let (rate, change) = (span(rate), span(change));
            quote!(.panels(#private::Panels { stat: #stat, rate: #rate, change: #change }))
        });
        quote!(#scaling #panels)
    }
}

/// Reads what follows the key `hpa`. `None` if it is wrong, which has then been reported.
pub(super) fn scaling(
    entry: &Entry,
    input: ParseStream<'_>,
    report: &mut Report,
) -> syn::Result<Option<Scaling>> {
    let content = entry.list(input)?;
    let (mut average, mut min, mut max) = (None, None, None);
    let mut given = Vec::new();
    let mut right = true;
    let mut reader = Reader::of_key(HPA.name, HPA_KEYS);
    separated(&content, report, |input, report| {
        let read = reader.entry(input, report, |entry, input, _| {
            given.push(entry.key);
            match entry.key {
                "average" => average = Some(above_zero(&entry.expression(input)?)?),
                "min" => min = Some(replicas(&entry.integer(input)?, "min")?),
                _ => max = Some((replicas(&entry.integer(input)?, "max")?, entry.span)),
            }
            Ok(())
        });
        right &= read.is_ok();
        read
    });
    let mut missing = HPA_KEYS.iter().filter(|key| !given.contains(&key.name));
    // after a mistake it may be there under another name
    if let Some(missing) = missing.next().filter(|_| right) {
        let (name, form) = (missing.name, HPA.form);
        let message = format_args!("`hpa(…)` has no `{name}`; write `{form}`");
        return Err(syn::Error::new(entry.span, message));
    }
    let (Some(average), Some(min), Some((max, at))) = (average, min, max) else {
        return Ok(None);
    };
    if max < min {
        return Err(syn::Error::new(
            at,
            format_args!("`max = {max}` is below `min = {min}`; write `max = {min}` or more"),
        ));
    }
    Ok(Some(Scaling { average, min, max }))
}

fn above_zero(written: &Expr) -> syn::Result<f64> {
    let average = number(written).filter(|n| *n > 0.0 && n.is_finite());
    average.ok_or_else(|| {
        syn::Error::new_spanned(
            written,
            "the `average` over all pods is a number above 0, by which the sum is divided to know how many pods are wanted",
        )
    })
}

fn replicas(written: &LitInt, key: &str) -> syn::Result<u32> {
    let replicas = written.base10_parse::<u32>().ok();
    let replicas = replicas.filter(|n| (1..=i32::MAX.cast_unsigned()).contains(n));
    replicas.ok_or_else(|| {
        syn::Error::new(
            written.span(),
            format_args!(
                "`{key}` is a number of replicas, which Kubernetes counts from 1 to 2147483647"
            ),
        )
    })
}

/// Reads what follows the key `panels`. `None` if it is wrong, which has then been reported.
pub(super) fn panels(
    entry: &Entry,
    input: ParseStream<'_>,
    report: &mut Report,
) -> syn::Result<Option<Panels>> {
    let content = entry.list(input)?;
    if content.is_empty() {
        return Err(entry.malformed(input));
    }
    let mut panels = Panels::default();
    let mut right = true;
    let mut reader = Reader::of_key(PANELS.name, PANEL_KEYS);
    separated(&content, report, |input, report| {
        let read = reader.entry(input, report, |entry, input, _| {
            match entry.key {
                "stat" => {
                    entry.flag(input)?;
                    panels.stat = true;
                }
                "rate" => panels.rate = Some(range(entry, input)?),
                _ => panels.change = Some(range(entry, input)?),
            }
            Ok(())
        });
        right &= read.is_ok();
        read
    });
    Ok(right.then_some(panels))
}

fn range(entry: &Entry, input: ParseStream<'_>) -> syn::Result<Range> {
    let written: LitStr = entry.text(input)?;
    let (key, text) = (entry.key, written.value());
    let Some(length) = promql::length(&text) else {
        return Err(syn::Error::new(
            written.span(),
            format_args!(
                "`{key} = {text:?}` is no length of time that Prometheus reads: whole numbers with `y`, `w`, `d`, `h`, `m`, `s` or `ms`, in this order; write `{key} = \"5m\"`"
            ),
        ));
    };
    let millis = length.millis;
    if millis < SHORTEST_MILLIS {
        return Err(syn::Error::new(
            written.span(),
            format_args!(
                "`{key} = {text:?}` may be too short for two scrapes, and a change needs two; write `{key} = \"1m\"` or more"
            ),
        ));
    }
    Ok(Range { text, millis })
}

/// Both are about the value that a metric has now, which of all kinds only a gauge has.
pub(super) fn are_for_gauges(field: &ParsedField, metric: &mut Metric) {
    let place = |key: &str| -> Option<Span> {
        let mut keys = field.keys.iter();
        keys.find(|(found, _)| *found == key).map(|(_, span)| *span)
    };
    if let Some(span) = place(HPA.name) {
        let counter = format!(
            "`hpa` needs a number that goes down when there are more replicas, and a counter only grows; declare a gauge with its rate: `#[metric(rate_of = {}, hpa(…))]`",
            field.ident
        );
        let rules: [(KindRule, &str); 2] = [
            (KindRule::MustNot(&["Counter"]), &counter),
            (
                KindRule::MustNot(&["Histogram", "Summary", "Info", "StateSet"]),
                "`hpa` is for a gauge, whose sum over all pods says how many are wanted; leave it out",
            ),
        ];
        for (rule, message) in rules {
            metric.checks.push(check(span, rule, message));
        }
    }
    if let Some(span) = place(PANELS.name) {
        metric.checks.push(check(
            span,
            KindRule::MustNot(&["Counter", "Histogram", "Summary", "Info", "StateSet"]),
            "`panels` is for a gauge; of other kinds a dashboard shows rates and quantiles by itself; leave it out",
        ));
    }
}
