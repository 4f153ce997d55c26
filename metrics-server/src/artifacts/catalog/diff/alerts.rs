//! What changed in alerts: routes, silences and inhibitions know them by name and severity, wherever they are declared.

use super::pairs::Pairs;
use super::{Changes, ChangesOf};
use crate::artifacts::catalog::model::{Alert, Catalog, Family};
use crate::artifacts::length::of_seconds;

pub(super) fn compare(old: &Catalog, new: &Catalog, pairs: &Pairs<'_>, changes: &mut Changes) {
    let (before, after) = (all(old), all(new));
    let has = |name: &str, all: &[(&Family, &Alert)]| all.iter().any(|(_, one)| one.name == name);
    // those that are called otherwise, so that they are not told as new
    let mut renamed = Vec::new();
    for (family, alert) in &before {
        let mut changes = changes.of(format!("alert {}", alert.name));
        let family = pairs.new_name(&family.name);
        let mut same_name = after.iter().filter(|(_, other)| other.name == alert.name);
        if has(&alert.name, &after) {
            // several may have one name, told apart by their severity
            let same = same_name.find(|(_, other)| other.severity == alert.severity);
            match same {
                Some((_, same)) => rule(alert, same, &mut changes),
                None => severity(alert, &after, &mut changes),
            }
            continue;
        }
        let mut new = after.iter().filter(|(_, other)| !has(&other.name, &before));
        let called = new.find(|(on, other)| on.name == family && is_same_rule(alert, other));
        match called {
            Some((_, other)) => {
                renamed.push(&other.name);
                changes.breaks(
                    format!("renamed to `{}`", other.name),
                    "routes and silences of the old name do not match",
                );
            }
            None => changes.breaks("removed", "nobody is told of it any more"),
        }
    }
    for (_, alert) in &after {
        if !has(&alert.name, &before) && !renamed.contains(&&alert.name) {
            changes.of(format!("alert {}", alert.name)).keeps("added");
        }
    }
}

fn all(catalog: &Catalog) -> Vec<(&Family, &Alert)> {
    let families = catalog.families.iter();
    families
        .flat_map(|family| family.alerts.iter().map(move |alert| (family, alert)))
        .collect()
}

/// Whether two of one family differ in their names alone. The family may be called otherwise in the expression.
fn is_same_rule(old: &Alert, new: &Alert) -> bool {
    let texts = |alert: &Alert| (alert.severity.clone(), alert.summary.clone());
    old.expr == new.expr || texts(old) == texts(new) && old.for_seconds == new.for_seconds
}

fn severity(old: &Alert, after: &[(&Family, &Alert)], changes: &mut ChangesOf<'_>) {
    let same_name = after.iter().filter(|(_, other)| other.name == old.name);
    let severities: Vec<_> = same_name.map(|(_, other)| &*other.severity).collect();
    changes.breaks(
        format!(
            "severity changed from {} to {}",
            old.severity,
            severities.join(", ")
        ),
        "routes go by it",
    );
}

/// What does not change who is told.
fn rule(old: &Alert, new: &Alert, changes: &mut ChangesOf<'_>) {
    if old.expr != new.expr {
        changes.keeps(format!(
            "fires at `{}` now, and did at `{}`",
            new.expr, old.expr
        ));
    }
    if old.for_seconds != new.for_seconds {
        let (new, old) = (of_seconds(new.for_seconds), of_seconds(old.for_seconds));
        changes.keeps(format!("fires after {new} now, and did after {old}"));
    }
    let texts = |alert: &Alert| {
        (
            alert.summary.clone(),
            alert.description.clone(),
            alert.runbook.clone(),
        )
    };
    if texts(old) != texts(new) {
        changes.keeps("its texts changed");
    }
}
