//! The catalogue for people: a table for each set, and below it, family by family, what does not fit in one. Columns are
//! aligned, so that it can be read in a terminal too.

mod table;
mod text;

use std::collections::BTreeMap;

use self::table::table;
use self::text::{code, plain};
use super::model::{Alert, Catalog, Family, Label, Objective, Place};
use crate::artifacts::length::of_seconds;

/// The whole page.
pub(super) fn page(catalog: &Catalog) -> String {
    let count = catalog.families.len();
    let mut parts = vec![
        format!("# Metrics of {}\n", plain(&catalog.service)),
        format!("{count} families, as they are declared.\n"),
    ];
    for (title, families) in sections(catalog) {
        parts.push(format!("## {}\n", title.text()));
        parts.extend(about(catalog, &title));
        let headings = ["Metric", "Type", "Unit", "Labels", "Help"];
        parts.push(table(&headings, families.iter().map(|family| row(family))));
        let (with_details, others): (Vec<_>, Vec<_>) = families
            .into_iter()
            .map(|family| (family, details(catalog, family)))
            .partition(|(_, details)| !details.is_empty());
        if !others.is_empty() {
            let others = others.into_iter().map(|(family, _)| {
                format!("{}: declared at {}", code(&family.name), place(family))
            });
            parts.push(list(others));
        }
        for (family, details) in with_details {
            parts.push(format!("### {}\n", code(&family.name)));
            let place = format!("Declared at {}", place(family));
            parts.push(list(details.into_iter().chain([place])));
        }
        if title == Title::Functions {
            parts.push("### Which functions\n".to_owned());
            parts.push(functions(catalog));
        }
    }
    if !catalog.objectives.is_empty() {
        parts.push("## Objectives\n".to_owned());
        let headings = ["Function", "Module", "Promised", "Measured by"];
        parts.push(table(&headings, catalog.objectives.iter().map(promised)));
    }
    parts.join("\n")
}

/// What a section is of; they are in this order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Title {
    /// A set, with its name, package and path, and the paths of those around it.
    Set(String, String, Vec<String>),
    Functions,
    Registry,
}

impl Title {
    fn of(family: &Family, catalog: &Catalog) -> Self {
        let mut functions = catalog.functions.iter();
        let is_fed = functions.any(|function| function.families.contains(&family.name));
        match family.sets.last() {
            Some(_) => {
                let names: Vec<_> = family.sets.iter().map(|path| plain(name(path))).collect();
                let package = family.declared.package.clone();
                Self::Set(names.join(" / "), package, family.sets.clone())
            }
            None if is_fed => Self::Functions,
            None => Self::Registry,
        }
    }

    fn text(&self) -> String {
        match self {
            // the package tells sets of one name apart
            Self::Set(names, package, _) => format!("{names} ({})", plain(package)),
            Self::Functions => "Functions".to_owned(),
            Self::Registry => "The registry".to_owned(),
        }
    }
}

fn name(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

fn sections(catalog: &Catalog) -> BTreeMap<Title, Vec<&Family>> {
    let mut sections: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for family in &catalog.families {
        let title = Title::of(family, catalog);
        sections.entry(title).or_default().push(family);
    }
    sections
}

/// What the section is about.
fn about(catalog: &Catalog, title: &Title) -> Option<String> {
    match title {
        Title::Set(_, _, paths) => {
            let path = paths.last()?;
            let set = catalog.sets.iter().find(|set| set.path == *path)?;
            Some(format!("{} ({})\n", plain(&set.help), file(&set.declared)))
        }
        Title::Functions => Some("What timed and counted functions share.\n".to_owned()),
        Title::Registry => Some("What the registry tells of its own trouble.\n".to_owned()),
    }
}

fn row(family: &Family) -> [String; 5] {
    let labels = family.labels.iter().map(|label| code(&label.name));
    [
        code(&family.name),
        family.kind.clone(),
        plain(family.unit.as_deref().unwrap_or_default()),
        labels.collect::<Vec<_>>().join(", "),
        plain(&family.help),
    ]
}

/// What a list has, an item each.
fn details(catalog: &Catalog, family: &Family) -> Vec<String> {
    let mut items: Vec<String> = family.labels.iter().map(label).collect();
    items.extend(family.constant_labels.iter().map(|label| {
        format!(
            "Constant label {}: {}",
            code(&label.name),
            codes(&label.values)
        )
    }));
    if !family.buckets.is_empty() {
        items.push(format!("Buckets: {}", numbers(&family.buckets)));
    }
    items.extend(family.native.as_ref().map(|native| {
        format!(
            "Native buckets: schema {}, at most {}",
            native.schema, native.max_buckets
        )
    }));
    if family.exemplars {
        items.push("Exemplars: of the span that is current".to_owned());
    }
    items.extend(
        family
            .derived
            .as_ref()
            .map(|of| format!("Computed: a {of} of other metrics")),
    );
    items.extend(family.idle_seconds.map(|idle| {
        format!(
            "Series end when they have not been used for {}",
            of_seconds(idle)
        )
    }));
    items.extend(family.alerts.iter().map(alert));
    items.extend(family.hpa.as_ref().map(|hpa| {
        let (average, min, max) = (hpa.average, hpa.min, hpa.max);
        format!("Autoscaling: {min} to {max} replicas, so that the average is {average}")
    }));
    items.extend(catalog.objectives.iter().filter_map(|objective| {
        let is_measured = objective.families.contains(&family.name);
        is_measured.then(|| {
            format!(
                "Objective of {}: {}",
                code(&objective.function),
                promises(objective)
            )
        })
    }));
    items
}

fn label(label: &Label) -> String {
    let name = code(&label.name);
    let optional = if label.optional { ", or none" } else { "" };
    match (&label.values, label.max) {
        (Some(values), _) => format!("Label {name}: {}{optional}", codes(values)),
        (None, Some(max)) => {
            let overflow = label.overflow.as_deref().unwrap_or_default();
            format!(
                "Label {name}: any, {max} of them kept apart; the others are {}",
                code(overflow)
            )
        }
        (None, None) => format!("Label {name}: values that no declaration names"),
    }
}

fn alert(alert: &Alert) -> String {
    let Alert {
        name,
        expr,
        for_seconds,
        severity,
        summary,
        ..
    } = alert;
    let hold = match *for_seconds {
        0.0 => "at once".to_owned(),
        seconds => format!("after {}", of_seconds(seconds)),
    };
    let summary = plain(summary);
    let runbook = alert
        .runbook
        .iter()
        .map(|runbook| format!(" Runbook: <{}>", address(runbook)));
    let runbook: String = runbook.collect();
    format!(
        "Alert {} ({}, {hold}): {}. {summary}{runbook}",
        code(name),
        plain(severity),
        code(expr)
    )
}

/// What would end the brackets around an address is encoded.
fn address(address: &str) -> String {
    let encode = |c| match c {
        '<' => "%3C".to_owned(),
        '>' => "%3E".to_owned(),
        c if char::is_whitespace(c) => "%20".to_owned(),
        c => c.to_string(),
    };
    address.chars().map(encode).collect()
}

fn functions(catalog: &Catalog) -> String {
    let headings = ["Function", "Module", "Families", "Buckets"];
    let rows = catalog.functions.iter().map(|function| {
        [
            code(&function.name),
            code(&function.module),
            codes(&function.families),
            numbers(&function.buckets),
        ]
    });
    table(&headings, rows)
}

fn numbers(numbers: &[f64]) -> String {
    let numbers = numbers.iter().map(f64::to_string);
    numbers.collect::<Vec<_>>().join(", ")
}

fn promised(objective: &Objective) -> [String; 4] {
    [
        code(&objective.function),
        code(&objective.module),
        promises(objective),
        codes(&objective.families),
    ]
}

fn promises(objective: &Objective) -> String {
    let latency = objective.latency.iter().map(|latency| {
        format!(
            "{} % in less than {}",
            latency.percent,
            of_seconds(latency.seconds)
        )
    });
    let success = objective
        .success_percent
        .iter()
        .map(|percent| format!("{percent} % go well"));
    latency.chain(success).collect::<Vec<_>>().join("; ")
}

/// Where a family is declared; the package of a set is in its title.
fn place(family: &Family) -> String {
    let Place { package, field, .. } = &family.declared;
    let at = file(&family.declared);
    match field {
        Some(field) => format!("{at}, field {}", code(field)),
        None => format!("{at}, package {}", code(package)),
    }
}

fn file(place: &Place) -> String {
    code(&format!("{}:{}", place.file, place.line))
}

fn codes(texts: &[String]) -> String {
    let texts = texts.iter().map(|text| code(text));
    texts.collect::<Vec<_>>().join(", ")
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    items
        .into_iter()
        .map(|item| format!("- {item}\n"))
        .collect()
}
