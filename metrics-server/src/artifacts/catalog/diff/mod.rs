//! What changed between two catalogues, and what of it breaks who uses the metrics: queries, dashboards, rules, routes of
//! alerts. Where a metric is declared is no change.

mod alerts;
mod buckets;
mod functions;
mod labels;
mod pairs;
mod report;

use super::model::{Catalog, Family};
use crate::artifacts::length::of_seconds;
pub(crate) use report::report;

/// A change of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Whether who uses it must change something.
    pub(crate) is_breaking: bool,
    /// The name of the family, alert or function, with what it is where it is no family.
    pub(crate) of: String,
    /// What changed, and what comes of it.
    pub(crate) what: String,
}

/// Whether somebody must change something.
pub(crate) fn is_breaking(changes: &[Change]) -> bool {
    changes.iter().any(|change| change.is_breaking)
}

/// All changes, those of families first, in the order of their old names.
pub(crate) fn diff(old: &Catalog, new: &Catalog) -> Vec<Change> {
    let mut changes = Changes::default();
    let pairs = pairs::of(&old.families, &new.families);
    for (before, after) in &pairs.both {
        let mut changes = changes.of(&before.name);
        renamed(before, after, &mut changes);
        numbers(before, after, &mut changes);
        // which functions there are is told function by function
        let of_functions =
            |name: &str| is_fed(old, &before.name) && ["function", "module"].contains(&name);
        labels::compare(before, after, &of_functions, &mut changes);
        buckets::compare(before, after, &mut changes);
        hints(before, after, &mut changes);
    }
    for family in &pairs.removed {
        changes
            .of(&family.name)
            .breaks("removed", "queries of it find nothing");
    }
    for family in &pairs.added {
        changes.of(&family.name).keeps("added");
    }
    functions::compare(old, new, &mut changes);
    functions::compare_objectives(old, new, &pairs, &mut changes);
    alerts::compare(old, new, &pairs, &mut changes);
    changes.0
}

/// Changes as they are found.
#[derive(Default)]
struct Changes(Vec<Change>);

/// Those of one thing.
struct ChangesOf<'c> {
    all: &'c mut Vec<Change>,
    of: String,
}

impl Changes {
    fn of(&mut self, of: impl Into<String>) -> ChangesOf<'_> {
        ChangesOf {
            all: &mut self.0,
            of: of.into(),
        }
    }
}

impl ChangesOf<'_> {
    fn breaks(&mut self, what: impl AsRef<str>, why: &str) {
        self.add(true, format!("{}: {why}", what.as_ref()));
    }

    fn keeps(&mut self, what: impl Into<String>) {
        self.add(false, what.into());
    }

    fn add(&mut self, is_breaking: bool, what: String) {
        self.all.push(Change {
            is_breaking,
            of: self.of.clone(),
            what,
        });
    }
}

fn is_fed(catalog: &Catalog, family: &str) -> bool {
    let mut functions = catalog.functions.iter();
    functions.any(|function| function.families.iter().any(|name| name == family))
}

fn renamed(old: &Family, new: &Family, changes: &mut ChangesOf<'_>) {
    if old.name != new.name {
        changes.breaks(
            format!("renamed to `{}`", new.name),
            "queries of the old name find nothing, and the new one has no history",
        );
    }
}

/// What the numbers are.
fn numbers(old: &Family, new: &Family, changes: &mut ChangesOf<'_>) {
    if old.kind != new.kind {
        changes.breaks(
            format!("type changed from {} to {}", old.kind, new.kind),
            "functions that are right for one, as `rate` is for a counter, are wrong for the other",
        );
    }
    if old.unit != new.unit {
        let unit = |unit: &Option<String>| match unit {
            Some(unit) => unit.clone(),
            None => "none".to_owned(),
        };
        changes.breaks(
            format!(
                "unit changed from {} to {}",
                unit(&old.unit),
                unit(&new.unit)
            ),
            "the numbers mean something else, and thresholds are off",
        );
    }
    if old.derived != new.derived {
        let derived = |of: &Option<String>| match of {
            Some(of) => format!("a {of} of other metrics"),
            None => "what it is set to".to_owned(),
        };
        changes.breaks(
            format!(
                "its value is {} now, and was {}",
                derived(&new.derived),
                derived(&old.derived)
            ),
            "the numbers mean something else",
        );
    }
}

/// What changes nothing for a query.
fn hints(old: &Family, new: &Family, changes: &mut ChangesOf<'_>) {
    if old.help != new.help {
        changes.keeps("help changed");
    }
    match (old.exemplars, new.exemplars) {
        (true, false) => changes.keeps("no exemplars any more"),
        (false, true) => changes.keeps("with exemplars now"),
        _ => {}
    }
    match (old.idle_seconds, new.idle_seconds) {
        (_, Some(idle)) if old.idle_seconds != new.idle_seconds => changes.keeps(format!(
            "series end now when they have not been used for {}",
            of_seconds(idle)
        )),
        (Some(_), None) => changes.keeps("series do not end any more when they are not used"),
        _ => {}
    }
    if old.hpa != new.hpa {
        changes.keeps(match new.hpa {
            Some(_) => "autoscaling by it changed",
            None => "no autoscaling by it any more",
        });
    }
}

#[cfg(test)]
mod tests;
