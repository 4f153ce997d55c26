//! The texts of an alert, which are templates of Prometheus: what may stand in `{{ … }}` is what its generated tests can
//! render too.

use syn::LitStr;

use crate::attr::listed;
use crate::metric_set::model::{Alert, AlertCheck, AlertRule};
use crate::name;
use crate::promql::{Expr, Mistake, Node, ResultLabels, nearest, result_labels};
use crate::report::Report;

/// What a value may be put through.
const FUNCTIONS: [&str; 4] = [
    "humanize",
    "humanize1024",
    "humanizeDuration",
    "humanizePercentage",
];

/// Labels that Prometheus adds to a rule's series after it has been computed.
const OF_ALERT: [&str; 2] = ["alertname", "severity"];

/// Reports what is wrong with `key = text`.
pub(in crate::metric_set) fn check(
    key: &str,
    text: &LitStr,
    unit: &str,
    alert: &mut Alert,
    report: &mut Report,
) {
    let value = text.value();
    if value.trim().is_empty() {
        report.mistake(
            text,
            format_args!("`{key} = \"\"` tells nothing; write a sentence"),
        );
        return;
    }
    let result = alert.expr.as_ref().map(result_labels);
    let mut rest = value.as_str();
    while let Some(start) = rest.find("{{") {
        let from = value.len() - rest.len() + start;
        let inside = &rest[start + 2..];
        let Some(end) = inside.find("}}") else {
            let mistake = at(
                &value,
                from,
                value.len(),
                "this `{{` does not end; write `}}`",
            );
            report.mistake(text, format_args!("`{key}`: {}", mistake.in_text(&value)));
            return;
        };
        let action = inside[..end].trim();
        let read = label_of(action).and_then(|label| {
            of_unit(action, unit, alert)?;
            Ok(label)
        });
        let read = read.map(|label| {
            if let Some(label) = label {
                of_result(label, result.as_ref())?;
                alert.checks.push(AlertCheck {
                    span: text.span(),
                    rule: AlertRule::Label(label.to_owned()),
                });
            }
            Ok(())
        });
        if let Err(message) = read.and_then(|read| read) {
            let to = from + end + 4;
            let mistake = at(&value, from, to, message);
            report.mistake(text, format_args!("`{key}`: {}", mistake.in_text(&value)));
        }
        rest = &inside[end + 2..];
    }
}

/// A mistake from one byte to another.
fn at(value: &str, from: usize, to: usize, message: impl std::fmt::Display) -> Mistake {
    let chars = |to: usize| value.get(..to).map_or(0, |before| before.chars().count());
    Mistake::new(chars(from)..chars(to), message)
}

/// The label that an action shows; none where it shows the value.
fn label_of(action: &str) -> Result<Option<&str>, String> {
    let mut parts = action.split('|').map(str::trim);
    let subject = parts.next().unwrap_or_default();
    let pipes: Vec<&str> = parts.collect();
    if let Some(label) = subject.strip_prefix("$labels.") {
        if name::label_name(label).is_err() {
            return Err(format!(
                "`{label}` is not the name of a label; write `{{{{ $labels.instance }}}}`"
            ));
        }
        if !pipes.is_empty() {
            return Err(format!(
                "a label is a text, which no function makes better; write `{{{{ $labels.{label} }}}}`"
            ));
        }
        return Ok(Some(label));
    }
    if subject != "$value" {
        return Err(format!(
            "`{{{{ {action} }}}}` is nothing that a text of an alert may show; write `{{{{ $value }}}}`, `{{{{ $value | humanize }}}}` or `{{{{ $labels.instance }}}}`"
        ));
    }
    match pipes.as_slice() {
        [] => Ok(None),
        [function] if FUNCTIONS.contains(function) || is_printf(function) => Ok(None),
        [function] => {
            let mend = nearest(function, FUNCTIONS.into_iter()).map_or_else(
                || {
                    format!(
                        "known are {} and `printf \"%.2f\"`",
                        listed(FUNCTIONS.into_iter())
                    )
                },
                |known| format!("write `{known}`"),
            );
            Err(format!(
                "`{function}` is no function for the value here; {mend}"
            ))
        }
        _ => Err("a value goes through one function; leave the others out".to_owned()),
    }
}

/// Both functions know one unit: `humanizeDuration` makes 25 minutes of 1500 milliseconds.
fn of_unit(action: &str, unit: &str, alert: &Alert) -> Result<(), String> {
    let function = action.rsplit('|').next().unwrap_or_default().trim();
    let (takes, factor) = match (function, unit) {
        ("humanizeDuration", "milliseconds") => ("seconds", 1e3),
        ("humanizeDuration", "microseconds") => ("seconds", 1e6),
        ("humanizeDuration", "nanoseconds") => ("seconds", 1e9),
        ("humanizePercentage", "percent") => ("a share of 1", 100.0),
        _ => return Ok(()),
    };
    // who computes has another unit, maybe
    if alert.expr.as_ref().is_none_or(is_scaled) {
        return Ok(());
    }
    Err(format!(
        "`{function}` takes {takes}, and the unit of this metric is `{unit}`; write `{{{{ $value }}}} {unit}`, or divide by {factor} in `expr`"
    ))
}

/// Whether something is multiplied or divided by a number.
fn is_scaled(expr: &Expr) -> bool {
    let is_number = |expr: &Expr| matches!(expr.node, Node::Number(_));
    let here = match &expr.node {
        Node::Binary {
            operator,
            left,
            right,
            ..
        } => matches!(*operator, "*" | "/") && (is_number(left) || is_number(right)),
        _ => false,
    };
    here || expr.parts().into_iter().any(is_scaled)
}

/// `printf "%.2f"`
fn is_printf(function: &str) -> bool {
    let format = function.strip_prefix("printf").map(str::trim);
    let format = format.and_then(|format| format.strip_prefix("\"%.")?.strip_suffix("f\""));
    format.is_some_and(|digits| digits.len() == 1 && digits.bytes().all(|c| c.is_ascii_digit()))
}

/// A label that cannot be there would be an empty place in a text at night.
fn of_result(label: &str, result: Option<&ResultLabels>) -> Result<(), String> {
    let Some(result) = result.filter(|result| !result.may_have(label)) else {
        return Ok(());
    };
    if OF_ALERT.contains(&label) {
        return Err(format!(
            "`{label}` is a label of the alert and not of its series; write the word itself"
        ));
    }
    let found = match result {
        ResultLabels::Only(labels) if labels.is_empty() => "which leaves none".to_owned(),
        ResultLabels::Only(labels) => {
            format!("which leaves {}", listed(labels.iter().map(String::as_str)))
        }
        ResultLabels::AllBut(_) => "which takes it away".to_owned(),
    };
    Err(format!(
        "there is no label `{label}` behind the expression, {found}; write `by ({label})` there, or leave it out here"
    ))
}
