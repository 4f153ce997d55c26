//! The catalogue: every family with all that is declared of it, for people and for tools, and what breaks between two.

use metrics_core::Declarations;

use super::settings::Settings;

/// The catalogue for people.
pub(crate) fn markdown(_declarations: &Declarations, _settings: &Settings) -> String {
    String::new()
}

/// The catalogue for tools.
pub(crate) fn json(_declarations: &Declarations, _settings: &Settings) -> String {
    String::new()
}
