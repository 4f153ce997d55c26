//! Objectives of functions: what is recorded of each, and when its budget is used up too fast. A group for each function,
//! with the records before the alerts, since a group is evaluated in its order and groups are in none.

mod burn;
mod found;
mod measure;
mod share;
mod words;

use std::collections::BTreeMap;

use metrics_core::{Declarations, Objective};

pub(super) use burn::ALERTS;

use super::mistakes::Mistakes;
use super::model::Group;

pub(super) fn groups(declarations: &Declarations, mistakes: &mut Mistakes) -> Vec<Group> {
    let mut first: BTreeMap<(&str, &str), &Objective> = BTreeMap::new();
    let mut groups = Vec::new();
    for &objective in &declarations.objectives {
        let function = (objective.module, objective.function);
        if let Some(other) = first.insert(function, objective) {
            let what = format_args!(
                "slo of `{}`: another function of this name in `{}` has one, at {}; give one of them a name of its own, `name = \"…\"`",
                objective.function, objective.module, other.source
            );
            mistakes.at(objective.source, what);
            continue;
        }
        let shares = measure::shares(objective, declarations, mistakes);
        let rules = burn::rules(&shares);
        groups.push(Group {
            name: format!("slo:{}::{}", objective.module, objective.function),
            rules,
        });
    }
    groups
}
