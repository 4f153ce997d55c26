//! The catalogue: every family with all that is declared of it, for people and for tools, and what breaks between two.
//! `declared` makes it of declarations, `read` reads one that was written before.

mod declared;
mod diff;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod markdown;
mod model;
mod place;
mod read;

use metrics_core::Declarations;

use super::settings::Settings;
pub(crate) use diff::{diff, is_breaking, report};
pub(crate) use model::Catalog;
pub(crate) use read::parse;

/// The catalogue for people.
pub(crate) fn markdown(declarations: &Declarations, settings: &Settings) -> String {
    markdown::page(&Catalog::of(declarations, settings))
}

/// The catalogue for tools.
pub(crate) fn json(declarations: &Declarations, settings: &Settings) -> String {
    text(&Catalog::of(declarations, settings))
}

fn text(catalog: &Catalog) -> String {
    // texts, numbers and lists of them, under keys that are texts: nothing that JSON does not have
    let mut text = serde_json::to_string_pretty(catalog).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
