//! Annotations as Prometheus renders them: text with `{{ $value }}` and `{{ $labels.x }}`, and a few functions of these.
//! What the macro lets through can be rendered here.

use super::number;
use super::series::Labels;

/// What may stand between braces, for messages.
const KNOWN: &str = "`$value`, `$labels.x`, and of a number `| humanize`, `| humanize1024`, `| humanizeDuration`, `| humanizePercentage` or `| printf \"%.2f\"`";

/// The text for these labels and this value, or what cannot be rendered.
pub(super) fn render(template: &str, labels: &Labels, value: f64) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((text, behind)) = rest.split_once("{{") {
        out.push_str(text);
        let Some((action, behind)) = behind.split_once("}}") else {
            return Err(format!("`{template}` has `{{{{` without `}}}}`"));
        };
        let rendered = action_of(action, labels, value);
        out.push_str(&rendered.ok_or_else(|| {
            format!(
                "`{{{{{action}}}}}` is not a template that tests can be made for; write {KNOWN}"
            )
        })?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// What is handed from one part of a pipe to the next.
enum Piped {
    Number(f64),
    Text(String),
}

fn action_of(action: &str, labels: &Labels, value: f64) -> Option<String> {
    let mut piped: Option<Piped> = None;
    for command in action.split('|') {
        let mut words: Vec<_> = command.split_whitespace().collect();
        // a function's argument is its last word, or what the pipe brings
        let of = match words.last().and_then(|word| operand(word, labels, value)) {
            Some(_) if piped.is_some() => return None,
            Some(of) => {
                words.pop();
                of
            }
            None => piped.take()?,
        };
        piped = Some(match (words.as_slice(), of) {
            ([], of) => of,
            (["humanize"], Piped::Number(of)) => Piped::Text(number::humanize(of)),
            (["humanize1024"], Piped::Number(of)) => Piped::Text(number::humanize1024(of)),
            (["humanizeDuration"], Piped::Number(of)) => Piped::Text(number::humanize_duration(of)),
            (["humanizePercentage"], Piped::Number(of)) => {
                Piped::Text(number::humanize_percentage(of))
            }
            (["printf", format], Piped::Number(of)) => {
                Piped::Text(number::fixed(of, decimals(format)?))
            }
            _ => return None,
        });
    }
    Some(match piped? {
        Piped::Number(number) => number::plain(number),
        Piped::Text(text) => text,
    })
}

fn operand(word: &str, labels: &Labels, value: f64) -> Option<Piped> {
    if word == "$value" {
        return Some(Piped::Number(value));
    }
    let label = word.strip_prefix("$labels.")?;
    // of a label that is not there Prometheus makes nothing
    Some(Piped::Text(labels.get(label).cloned().unwrap_or_default()))
}

/// The decimals of `"%.2f"`.
fn decimals(format: &str) -> Option<usize> {
    let decimals = format.strip_prefix("\"%.")?.strip_suffix("f\"")?;
    decimals.parse().ok().filter(|&decimals| decimals <= 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(template: &str) -> Result<String, String> {
        let labels = [("job", "web"), ("hop", "1")];
        let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
        render(template, &Labels::from(labels), 1234.5)
    }

    #[test]
    fn templates_are_rendered_as_prometheus_does() {
        let table = [
            ("plain", "plain"),
            (
                "{{ $labels.job }} has {{$value}}, {{ $labels.none }}.",
                "web has 1234.5, .",
            ),
            (
                "{{ $value | humanize }} {{ humanize $value }}",
                "1.234k 1.234k",
            ),
            ("{{ $value | humanizeDuration }}", "20m 34s"),
            (
                "{{ $value | printf \"%.2f\" }} {{ printf \"%.0f\" $value }}",
                "1234.50 1234",
            ),
            ("{{ $value | humanizePercentage }}", "1.234e+05%"),
            ("{{ $value | humanize1024 }}", "1.206ki"),
        ];
        for (template, expected) in table {
            assert_eq!(rendered(template).as_deref(), Ok(expected), "{template}");
        }
    }

    #[test]
    fn what_cannot_be_rendered_is_named() {
        for template in [
            "{{ query \"up\" }}",
            "{{ $value | title }}",
            "{{ $labels.job | humanize }}",
            "{{ $value",
            "{{ }}",
            "{{ $value $value }}",
        ] {
            assert!(rendered(template).is_err(), "{template}");
        }
    }
}
