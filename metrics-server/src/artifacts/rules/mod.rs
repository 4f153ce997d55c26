//! Recording and alerting rules for Prometheus: from alerts and objectives to groups of rules, as values; then to text.
//! `cases` makes the cases of `promtool test rules` of the same values.

mod cases;
mod check;
mod declared;
mod mistakes;
mod model;
mod objective;
mod selector;
mod target;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

use metrics_core::Declarations;

use super::settings::Settings;
use crate::Error;
pub(crate) use cases::tests;
use check::Series;
use mistakes::Mistakes;
pub(crate) use model::Group;
use model::Rule;
pub(crate) use text::{file, yaml};

/// All rules, or everything that is wrong with what was declared.
pub(crate) fn groups(
    declarations: &Declarations,
    settings: &Settings,
) -> Result<Vec<Group>, Error> {
    let mut mistakes = Mistakes::default();
    mistakes.extend([settings.check(), settings.clashes(declarations)].concat());
    let objectives = objective::groups(declarations, &mut mistakes);
    let mut generated = vec![settings.target_down.as_str()];
    generated.extend(objective::ALERTS);
    let series = Series::new(&declarations.families, records(&objectives), settings);
    let families = &declarations.families;
    let without = &settings.without_alerts;
    let declared = declared::groups(families, without, &series, &generated, &mut mistakes);
    let mut groups = vec![target::group(settings)];
    groups.extend(declared);
    groups.extend(objectives);
    mistakes.or(groups)
}

/// What is recorded, with the labels that it has beside the job and the namespace.
fn records(groups: &[Group]) -> BTreeMap<&str, Vec<&str>> {
    let rules = groups.iter().flat_map(|group| &group.rules);
    rules
        .filter_map(|rule| match rule {
            Rule::Record(record) => {
                let labels = record.labels.iter().map(|(name, _)| name.as_str());
                Some((record.name.as_str(), labels.collect()))
            }
            Rule::Alert(_) => None,
        })
        .collect()
}
