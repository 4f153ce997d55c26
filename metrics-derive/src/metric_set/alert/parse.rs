//! `alert(…)` of a field: reads it as it is written, and says what is missing. What is read but wrong is for `rules`.

use proc_macro2::Span;
use syn::LitStr;
use syn::parse::ParseStream;

use crate::attr::{Entry, Key, Reader, separated};
use crate::report::Report;

pub(in crate::metric_set) const ALERT: Key = Key {
    name: "alert",
    form: "alert(name = \"TooManyConnections\", expr = \"> 1000\", for = \"5m\", severity = \"warning\", summary = \"…\")",
};

const KEYS: &[Key] = &[
    Key {
        name: "name",
        form: "name = \"TooManyConnections\"",
    },
    Key {
        name: "expr",
        form: "expr = \"> 1000\"",
    },
    Key {
        name: "for",
        form: "for = \"5m\"",
    },
    Key {
        name: "severity",
        form: "severity = \"warning\"",
    },
    Key {
        name: "summary",
        form: "summary = \"What is wrong at {{ $labels.instance }}\"",
    },
    Key {
        name: "description",
        form: "description = \"What it means, and that it is {{ $value }}\"",
    },
    Key {
        name: "runbook",
        form: "runbook = \"https://example.com/what-to-do\"",
    },
    Key {
        name: "fires",
        form: "fires = \"my_connections 1001x20\"",
    },
    Key {
        name: "silent",
        form: "silent = \"my_connections 1000x20\"",
    },
];

/// What nobody can guess for the user.
const NEEDED: [&str; 5] = ["name", "expr", "for", "severity", "summary"];

/// An alert as it is written.
pub(in crate::metric_set) struct ParsedAlert {
    pub(in crate::metric_set) span: Span,
    entries: Vec<(&'static str, LitStr)>,
}

/// Reads what follows the key `alert`.
pub(in crate::metric_set) fn read(
    entry: &Entry,
    input: ParseStream<'_>,
    alerts: &mut Vec<ParsedAlert>,
    report: &mut Report,
) -> syn::Result<()> {
    let content = entry.list(input)?;
    let mut alert = ParsedAlert {
        span: entry.span,
        entries: Vec::new(),
    };
    let mut right = true;
    let mut reader = Reader::of_key("alert", KEYS);
    separated(&content, report, |input, report| {
        let read = reader.entry(input, report, |entry, input, _| {
            alert.entries.push((entry.key, entry.text(input)?));
            Ok(())
        });
        right &= read.is_ok();
        read
    });
    // what is missing may be what was not understood
    if right {
        let missing = |name: &&&str| alert.text(name).is_none();
        for name in NEEDED.iter().filter(missing) {
            let key = KEYS.iter().find(|key| key.name == *name);
            let form = key.map_or("", |key| key.form);
            report.add(syn::Error::new(
                entry.span,
                format_args!("this alert has no `{name}`; write `{form}`{}", why(name)),
            ));
        }
    }
    alerts.push(alert);
    Ok(())
}

/// What a key is needed for, where people may think that it can be left out.
fn why(name: &str) -> &'static str {
    match name {
        "for" => {
            ", how long it must be so before anybody is told; `\"0s\"` tells at the first sight"
        }
        "severity" => {
            ", by which Alertmanager knows whom to tell: `page`, `ticket`, `critical`, `warning` or `info`, or a word of yours"
        }
        "summary" => ", a sentence for who is woken by it",
        _ => "",
    }
}

impl ParsedAlert {
    /// What a key was given.
    pub(in crate::metric_set) fn text(&self, key: &str) -> Option<&LitStr> {
        let found = self.entries.iter().find(|(name, _)| *name == key)?;
        Some(&found.1)
    }

    /// The same as a value; nothing if it was not given.
    pub(in crate::metric_set) fn value(&self, key: &str) -> String {
        self.text(key).map_or_else(String::new, LitStr::value)
    }
}
