//! What is written for people: titles of rows and panels, and their descriptions, of names and help texts.

use std::fmt::Write as _;

use super::subject::Subject;

/// A title that is longer is cut off where panels are small.
const LONGEST: usize = 60;

/// Words that are not written as they are spoken.
const WORDS: [(&str, &str); 16] = [
    ("api", "API"),
    ("bps", "bit/s"),
    ("cpu", "CPU"),
    ("db", "DB"),
    ("dns", "DNS"),
    ("grpc", "gRPC"),
    ("http", "HTTP"),
    ("id", "ID"),
    ("io", "I/O"),
    ("ip", "IP"),
    ("llm", "LLM"),
    ("sql", "SQL"),
    ("tcp", "TCP"),
    ("tls", "TLS"),
    ("udp", "UDP"),
    ("url", "URL"),
];

/// `message_errors` as `Message errors`.
pub(super) fn of_field(field: &str) -> String {
    of_words(field.split('_'))
}

/// `EchoServer` as `Echo server`.
pub(super) fn of_type(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut after_lower = true;
    for c in name.chars() {
        match words.last_mut() {
            Some(word) if !(c.is_uppercase() && after_lower) => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        after_lower = !c.is_uppercase();
    }
    of_words(words.iter().map(String::as_str))
}

fn of_words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        let known = WORDS.iter().find(|(plain, _)| *plain == word);
        match known {
            Some((_, written)) if out.is_empty() => out.push_str(written),
            Some((_, written)) => {
                let _ = write!(out, " {written}");
            }
            None if out.is_empty() => {
                let mut rest = word.chars();
                out.extend(rest.next().into_iter().flat_map(char::to_uppercase));
                out.push_str(rest.as_str());
            }
            None => {
                let _ = write!(out, " {word}");
            }
        }
    }
    out
}

/// What a family is: the first sentence of its help if that is short, or what stands before its first comma, else its name.
pub(super) fn of_family(subject: &Subject<'_>) -> String {
    let descriptor = subject.family.descriptor();
    let words = descriptor.help().split_whitespace().collect::<Vec<_>>();
    let help = words.join(" ");
    let sentence = help.split(". ").next().unwrap_or_default();
    let clause = sentence.split([',', ';', ':', '(']).next();
    // Grafana would look for variables in it, and there is no way to say that there are none
    let is_plain = |title: &&str| !title.contains('$') && !title.contains("[[");
    let titles = [Some(sentence), clause].into_iter().flatten();
    let mut titles = titles.map(|title| title.trim().trim_end_matches('.'));
    let title =
        titles.find(|title| (4..=LONGEST).contains(&title.chars().count()) && is_plain(title));
    title.map_or_else(|| of_field(descriptor.field()), str::to_owned)
}

/// What is called, of a family that times calls: `llm_latency` times calls of the LLM, and `latency` those of its set.
pub(super) fn of_calls(subject: &Subject<'_>) -> String {
    let field = subject.family.descriptor().field();
    let times = ["_duration", "_latency", "_time", "_seconds"];
    let named = format!("_{field}");
    let mut stem = named.as_str();
    while let Some(shorter) = times.iter().find_map(|time| stem.strip_suffix(time)) {
        stem = shorter;
    }
    match (stem.trim_matches('_'), subject.set()) {
        ("", Some(set)) => of_type(set.name),
        ("", None) => of_field(field),
        (stem, _) => of_field(stem),
    }
}

/// What stands in a panel's description: the whole help, the names to search for, what the labels can be, and `more`.
pub(super) fn description(subject: &Subject<'_>, more: &[String]) -> String {
    let mut parts = Vec::new();
    let help = subject.family.descriptor().help().trim();
    if !help.is_empty() {
        parts.push(escaped(help));
    }
    parts.extend(more.iter().map(|text| escaped(text)));
    let mut names = format!("`{}`", subject.family.name());
    for (place, column) in subject.columns.iter().enumerate() {
        let before = if place == 0 { ", by " } else { ", " };
        let _ = write!(names, "{before}`{}`", column.name);
        if let Some(values) = &column.values {
            let _ = write!(names, " ({})", escaped(&values.join(", ")));
        }
    }
    parts.push(names);
    if let Some(set) = subject.set() {
        let help = set.help.split_whitespace().collect::<Vec<_>>().join(" ");
        parts.push(format!("Set `{}`: {}", set.name, escaped(&help)));
    }
    parts.join("\n\n")
}

/// A description is Markdown in which variables are replaced: a `$` or `[[` of ours is none, and a `<` begins no HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('$', "&#36;")
        .replace("[[", "&#91;&#91;")
        .replace('<', "&lt;")
}
