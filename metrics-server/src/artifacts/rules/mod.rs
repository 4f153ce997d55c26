//! Recording and alerting rules for Prometheus: from alerts and objectives to groups of rules, as values; then to text.
//! `tests` makes the cases of `promtool test rules` of the same values.

mod model;
mod tests;
mod text;

use metrics_core::Declarations;

use super::settings::Settings;
use crate::Error;
pub(crate) use model::Group;
pub(crate) use tests::tests;
pub(crate) use text::{duration, file, yaml};

/// All rules, or everything that is wrong with what was declared.
pub(crate) fn groups(
    _declarations: &Declarations,
    _settings: &Settings,
) -> Result<Vec<Group>, Error> {
    Ok(Vec::new())
}
