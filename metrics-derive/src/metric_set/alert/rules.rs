//! The rules of an alert, one function each; from what was read to a model whose expression is right as far as the derive can
//! know. Texts are in `template`; what hangs on the field's type becomes checks, which the compiler makes.

use syn::LitStr;

use super::parse::ParsedAlert;
use super::template;
use crate::case::{capitalised, snake};
use crate::metric_set::model::{Alert, AlertCheck, AlertRule};
use crate::promql::{self, Own};
use crate::report::Report;
use crate::unit;

/// What the rules of an alert must know of its metric.
pub(in crate::metric_set) struct Field<'a> {
    /// The name of its family, as far as it is known.
    pub(in crate::metric_set) family: &'a str,
    /// The unit that it declares, or nothing.
    pub(in crate::metric_set) unit: &'a str,
    /// Whether it has native buckets and names no others.
    pub(in crate::metric_set) native_alone: bool,
}

/// The alerts of a field; `taken` are the names of those before.
pub(in crate::metric_set) fn validate(
    parsed: &[ParsedAlert],
    field: &Field<'_>,
    taken: &mut Vec<String>,
    report: &mut Report,
) -> Vec<Alert> {
    let alerts = parsed.iter().map(|parsed| {
        name_is_right(parsed, taken, report);
        severity_is_a_word(parsed, report);
        runbook_is_an_address(parsed, report);
        let mut alert = Alert {
            span: parsed.text("expr").map_or(parsed.span, LitStr::span),
            name: parsed.value("name"),
            expr: None,
            hold_millis: hold(parsed, report),
            severity: parsed.value("severity"),
            summary: parsed.value("summary"),
            description: parsed.value("description"),
            runbook: parsed.value("runbook"),
            example: example(parsed, report),
            checks: Vec::new(),
        };
        expr(parsed, field, &mut alert, report);
        for key in ["summary", "description"] {
            if let Some(text) = parsed.text(key) {
                template::check(key, text, unit_of(field), &mut alert, report);
            }
        }
        alert
    });
    alerts.collect()
}

/// What pagers, silences and dashboards call it: one word, as everybody writes it.
fn name_is_right(parsed: &ParsedAlert, taken: &mut Vec<String>, report: &mut Report) {
    let Some(written) = parsed.text("name") else {
        return;
    };
    let name = written.value();
    let is_camel_case = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|c| c.is_ascii_alphanumeric());
    if !is_camel_case {
        let words = snake(&name);
        let words = words.split('_').filter(|word| word.is_ascii());
        let mend: String = words.map(capitalised).collect();
        let mend = if mend.starts_with(|c: char| c.is_ascii_uppercase()) {
            mend
        } else {
            "TooManyConnections".to_owned()
        };
        report.mistake(
            written,
            format_args!(
                "`name = {name:?}`: an alert is named by one word in CamelCase; write `name = \"{mend}\"`"
            ),
        );
    } else if taken.contains(&name) {
        report.mistake(
            written,
            format_args!(
                "another alert of this set has the name `{name}`; name one of them otherwise"
            ),
        );
    }
    taken.push(name);
}

fn severity_is_a_word(parsed: &ParsedAlert, report: &mut Report) {
    let Some(written) = parsed.text("severity") else {
        return;
    };
    let severity = written.value();
    let is_word = severity.starts_with(|c: char| c.is_ascii_lowercase())
        && severity
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b"-_".contains(&c));
    if !is_word {
        report.mistake(
            written,
            format_args!(
                "`severity = {severity:?}` is no word in small letters; write `page`, `ticket`, `critical`, `warning` or `info`, or what your Alertmanager knows"
            ),
        );
    }
}

fn runbook_is_an_address(parsed: &ParsedAlert, report: &mut Report) {
    let Some(written) = parsed.text("runbook") else {
        return;
    };
    let address = written.value();
    let rest = address
        .strip_prefix("https://")
        .or(address.strip_prefix("http://"));
    let is_address = rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || "{}\"".contains(c))
    });
    if !is_address {
        report.mistake(
            written,
            format_args!(
                "`runbook = {address:?}` is no address that somebody can open; write `runbook = \"https://…\"`"
            ),
        );
    }
}

/// In milliseconds.
fn hold(parsed: &ParsedAlert, report: &mut Report) -> u64 {
    let Some(written) = parsed.text("for") else {
        return 0;
    };
    let text = written.value();
    let found = promql::length(&text);
    if found.is_none() {
        report.mistake(
            written,
            format_args!(
                "`for = {text:?}` is no length of time that Prometheus knows; write whole numbers and `d`, `h`, `m`, `s` or `ms`, the larger ones first: `for = \"5m\"`, `for = \"1h30m\"`"
            ),
        );
    }
    found.map_or(0, |length| length.millis)
}

/// One without the other would show that it can fire, or that it can be silent.
fn example(parsed: &ParsedAlert, report: &mut Report) -> Option<(String, String)> {
    let (fires, silent) = (parsed.text("fires"), parsed.text("silent"));
    for (key, written) in [("fires", fires), ("silent", silent)] {
        if let Some(written) = written.filter(|written| written.value().trim().is_empty()) {
            report.mistake(
                written,
                format_args!(
                    "`{key} = \"\"` shows nothing; write series and their values, one a line: `{key} = \"my_connections 1001x20\"`"
                ),
            );
        }
    }
    let (key, other, written) = match (fires, silent) {
        (Some(fires), Some(silent)) => return Some((fires.value(), silent.value())),
        (None, None) => return None,
        (Some(written), None) => ("fires", "silent", written),
        (None, Some(written)) => ("silent", "fires", written),
    };
    report.mistake(
        written,
        format_args!("`{key}` stands alone; write `{other} = \"…\"` beside it, so that a test can tell the two apart"),
    );
    None
}

fn expr(parsed: &ParsedAlert, field: &Field<'_>, alert: &mut Alert, report: &mut Report) {
    let Some(written) = parsed.text("expr") else {
        return;
    };
    let text = written.value();
    if text.trim().is_empty() {
        report.mistake(
            written,
            "`expr = \"\"` is never true; write what is while something is wrong: `expr = \"> 1000\"`",
        );
        return;
    }
    let own = Own {
        unit: unit_of(field),
        native_alone: field.native_alone,
    };
    match promql::read(&text, own) {
        Ok(expr) => {
            let own = |metric: &promql::MetricName| matches!(metric, promql::MetricName::Own(_));
            let selectors = expr.selectors().into_iter().filter(|s| own(&s.metric));
            let bounds = selectors.flat_map(|s| &s.matchers).flat_map(|m| &m.bounds);
            let bounds: Vec<f64> = bounds.copied().collect();
            alert
                .checks
                .extend(bounds.into_iter().map(|bound| AlertCheck {
                    span: written.span(),
                    rule: AlertRule::Bound(bound),
                }));
            alert.expr = Some(expr);
        }
        Err(mistake) => {
            report.mistake(written, format_args!("`expr`: {}", mistake.in_text(&text)));
        }
    }
}

/// The unit that is declared, or that the name ends in.
fn unit_of<'a>(field: &Field<'a>) -> &'a str {
    const KNOWN: [&str; 6] = [
        "seconds",
        "milliseconds",
        "microseconds",
        "nanoseconds",
        "bytes",
        "percent",
    ];
    if !field.unit.is_empty() {
        return field.unit;
    }
    let mut known = KNOWN.into_iter();
    known
        .find(|unit| unit::ends_in(field.family, unit))
        .unwrap_or_default()
}
