//! What changed in the labels of a family.

use super::ChangesOf;
use crate::artifacts::catalog::model::{Family, Label};

/// Compares all labels; of those whose name `leaves_out` tells, not the values.
pub(super) fn compare(
    old: &Family,
    new: &Family,
    leaves_out: &dyn Fn(&str) -> bool,
    changes: &mut ChangesOf<'_>,
) {
    // that of a state set is called as its family is, and that the family is called otherwise has been told
    let plain = |label: &Label, family: &Family| {
        let is_state = family.kind == "stateset" && label.name == family.name.replace(':', "_");
        (!is_state).then(|| label.name.clone())
    };
    let is_same = |before: &Label, after: &Label| plain(before, old) == plain(after, new);
    let is_there = |before: &&Label| new.labels.iter().any(|after| is_same(before, after));
    let was_there = |after: &&Label| old.labels.iter().any(|before| is_same(before, after));
    let mut removed: Vec<_> = old.labels.iter().filter(|label| !is_there(label)).collect();
    let mut added: Vec<_> = new
        .labels
        .iter()
        .filter(|label| !was_there(label))
        .collect();
    for before in old.labels.iter().filter(|label| !leaves_out(&label.name)) {
        if let Some(after) = new.labels.iter().find(|after| is_same(before, after)) {
            values(before, after, changes);
        }
    }
    // one went and one came with the same values: it is called otherwise
    if let ([before], [after]) = (&*removed, &*added)
        && is_same_but_name(before, after)
    {
        changes.breaks(
            format!("label `{}` renamed to `{}`", before.name, after.name),
            "queries that select or group by the old name find no such label",
        );
        (removed, added) = (Vec::new(), Vec::new());
    }
    for label in removed {
        changes.breaks(
            format!("label `{}` removed", label.name),
            "queries that select it find nothing, and what they group by it is one series",
        );
    }
    for label in added {
        changes.breaks(
            format!("label `{}` added", label.name),
            "what was one series is several: queries that do not sum show and match more of them, `sum without` and alerts too",
        );
    }
    constant(old, new, changes);
}

fn is_same_but_name(before: &Label, after: &Label) -> bool {
    let named = Label {
        name: after.name.clone(),
        ..before.clone()
    };
    named == *after
}

fn values(old: &Label, new: &Label, changes: &mut ChangesOf<'_>) {
    let name = &old.name;
    match (&old.values, &new.values) {
        (Some(before), Some(after)) => {
            for value in before.iter().filter(|value| !after.contains(value)) {
                changes.breaks(
                    format!("label `{name}` has no value `{value}` any more"),
                    "queries that select it find nothing",
                );
            }
            for value in after.iter().filter(|value| !before.contains(value)) {
                changes.keeps(format!("label `{name}` has a new value `{value}`"));
            }
        }
        (Some(_), None) => changes.breaks(
            format!("label `{name}` takes any value now"),
            "its series are not there before they are used, so that the first increase is not seen",
        ),
        (None, Some(_)) => changes.breaks(
            format!("label `{name}` takes no other values than those declared now"),
            "queries that select others find nothing",
        ),
        (None, None) => open(old, new, changes),
    }
    match (old.optional, new.optional) {
        (false, true) => changes.keeps(format!("label `{name}` may be missing now")),
        (true, false) => changes.breaks(
            format!("label `{name}` is always there now"),
            "queries for the series without it find nothing",
        ),
        _ => {}
    }
}

fn open(old: &Label, new: &Label, changes: &mut ChangesOf<'_>) {
    let name = &old.name;
    let cap = |max: Option<u64>| max.unwrap_or(u64::MAX);
    if cap(new.max) < cap(old.max) {
        changes.breaks(
            format!(
                "label `{name}` keeps at most {} values apart now",
                cap(new.max)
            ),
            "more of what was told apart is in the overflow series",
        );
    } else if cap(new.max) > cap(old.max) {
        changes.keeps(format!("label `{name}` keeps more values apart now"));
    }
    if let (Some(before), Some(after)) = (&old.overflow, &new.overflow)
        && before != after
    {
        changes.breaks(
            format!(
                "the overflow series has `{name}=\"{after}\"` now, and had `{name}=\"{before}\"`"
            ),
            "queries that leave it out do not any more",
        );
    }
}

fn constant(old: &Family, new: &Family, changes: &mut ChangesOf<'_>) {
    for label in &old.constant_labels {
        let name = &label.name;
        match new.constant_labels.iter().find(|one| one.name == *name) {
            None => changes.breaks(
                format!("constant label `{name}` removed"),
                "queries that select it find nothing",
            ),
            Some(same) if same.values != label.values => changes.breaks(
                format!(
                    "constant label `{name}` is `{}` now, and was `{}`",
                    same.values.join("`, `"),
                    label.values.join("`, `")
                ),
                "queries that select the old value find nothing, and all series begin anew",
            ),
            Some(_) => {}
        }
    }
    for label in &new.constant_labels {
        if !old.constant_labels.iter().any(|one| one.name == label.name) {
            changes.breaks(
                format!("constant label `{}` added", label.name),
                "all series begin anew, and do not match those of other families without `ignoring`",
            );
        }
    }
}
