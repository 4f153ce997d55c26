//! The Grafana dashboard. From declarations to `rows` of panels that have no place yet (`draft`), each family through
//! `panels` as a `subject`; `layout` gives them their places, and makes the `model` of them that is written.

mod calls;
mod draft;
mod functions;
mod gauges;
mod layout;
mod lines;
mod looks;
mod model;
mod panels;
mod query;
mod rows;
mod subject;
#[cfg(test)]
mod tests;
mod title;
mod uid;
mod unit;
mod variables;
mod visual;

use std::collections::BTreeSet;
use std::time::Duration;

use metrics_core::{Declarations, DeclaredFamily, SetDescriptor};

use super::settings::Settings;
use crate::Error;
use model::Dashboard;
use subject::Subject;

/// The dashboard of all sets, or of the set whose struct has this name.
pub(crate) fn dashboard(
    declarations: &Declarations,
    settings: &Settings,
    set: Option<&str>,
) -> Result<String, Error> {
    let name = settings.name.as_str();
    let mut mistakes = settings.check();
    let shown = match set {
        None => declarations.clone(),
        Some(set) => of_set(declarations, set).unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            Declarations::default()
        }),
    };
    if !mistakes.is_empty() {
        return Err(Error::Artifacts(mistakes));
    }
    let families = shown.families.iter();
    let mut subjects: Vec<_> = families
        .map(|family| Subject::new(family, &shown))
        .collect();
    subjects.sort_by_key(Subject::name);
    let title = match set {
        None => name.to_owned(),
        Some(set) => format!("{name}: {}", title::of_type(set)),
    };
    let written = Dashboard::new(
        uid::of(name, set),
        title,
        format!("Generated from the metrics that {name} declares; to change it, change them."),
        variables::variables(declarations),
        layout::laid_out(
            rows::rows(&shown, &subjects),
            &in_words(settings.scrape_interval),
        ),
    );
    let mut text = serde_json::to_string_pretty(&written)
        .map_err(|error| Error::Artifacts(vec![error.to_string()]))?;
    text.push('\n');
    Ok(text)
}

/// What is in the sets of this name, and in those inside of them.
fn of_set(declarations: &Declarations, set: &str) -> Result<Declarations, String> {
    let families = declarations.families.iter();
    let is_in = |family: &&DeclaredFamily| family.sets().any(|around| around.name == set);
    let mut inside = Declarations::default();
    inside.families = families.filter(is_in).cloned().collect();
    inside.objectives = declarations.objectives.clone();
    if !inside.families.is_empty() {
        return Ok(inside);
    }
    let sets = declarations.families.iter().flat_map(DeclaredFamily::sets);
    let names: BTreeSet<_> = sets.map(|set: &SetDescriptor| set.name).collect();
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let known = match names.as_slice() {
        [] => "there are none".to_owned(),
        names => format!("it is one of {}", names.join(", ")),
    };
    Err(format!("there is no set `{set}`: {known}"))
}

/// A length of time as Grafana reads it.
fn in_words(time: Duration) -> String {
    match (time.as_secs(), time.subsec_millis()) {
        (0, 0) => "1ms".to_owned(),
        (seconds, 0) => format!("{seconds}s"),
        _ => format!("{}ms", time.as_millis()),
    }
}
