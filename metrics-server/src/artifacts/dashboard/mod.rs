//! The Grafana dashboard.

use metrics_core::Declarations;

use super::settings::Settings;
use crate::Error;

/// The dashboard of all sets, or of the set whose struct has this name.
pub(crate) fn dashboard(
    _declarations: &Declarations,
    _settings: &Settings,
    _set: Option<&str>,
) -> Result<String, Error> {
    Ok(String::new())
}
