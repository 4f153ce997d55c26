//! Constant labels of a set, compared with the other labels of its tree.

use super::name::{Prefix, Text, same};
use crate::declare::{Descriptor, Kind, SetDescriptor};

/// Stops the compilation if a series of `set` has another label called `label`, which is a constant one of the set, or
/// if its value is empty.
#[track_caller]
pub const fn check_constant_label(set: &SetDescriptor, label: &str) {
    if is_empty(set.labels, label) {
        let text = Text::EMPTY.push("the value of the label `").push(label);
        let text = text.push("` is empty, which is the same as no label; leave it out");
        panic!("{}", text.as_str());
    }
    if let Some(mistake) = label_mistake(set, &Prefix::NONE, label, true) {
        panic!("{}", mistake.as_str());
    }
}

/// Whether a constant, which the derive cannot read, is an empty text.
const fn is_empty(labels: &[(&str, &str)], label: &str) -> bool {
    let mut i = 0;
    while i < labels.len() {
        if same(labels[i].0.as_bytes(), label.as_bytes()) {
            return labels[i].1.is_empty();
        }
        i += 1;
    }
    false
}

/// What of a label called `label` is in `set` already; `outermost` is the set that the label is declared on.
const fn label_mistake(
    set: &SetDescriptor,
    prefix: &Prefix<'_>,
    label: &str,
    outermost: bool,
) -> Option<Text> {
    let shown = Text::EMPTY.push("`").push(label);
    let mut i = 0;
    while i < set.labels.len() && !outermost {
        if same(set.labels[i].0.as_bytes(), label.as_bytes()) {
            return Some(
                shown
                    .push("` is also a constant label of the nested set `")
                    .push(set.name)
                    .push("`; leave one of them out, or name it otherwise"),
            );
        }
        i += 1;
    }
    let mut i = 0;
    while i < set.families.len() {
        let family = &set.families[i];
        if has_label(family, prefix, label) {
            return Some(
                shown
                    .push("` is also a label of the family `")
                    .push(prefix.name_of(family).as_str())
                    .push("`; name one of them otherwise"),
            );
        }
        i += 1;
    }
    let mut i = 0;
    while i < set.nested.len() {
        let nested = &set.nested[i];
        let mistake = label_mistake(nested.set, &prefix.then(nested.prefix), label, false);
        if mistake.is_some() {
            return mistake;
        }
        i += 1;
    }
    None
}

const fn has_label(family: &Descriptor, prefix: &Prefix<'_>, label: &str) -> bool {
    let mut i = 0;
    while i < family.labels().len() {
        if same(family.labels()[i].name.as_bytes(), label.as_bytes()) {
            return true;
        }
        i += 1;
    }
    matches!(family.kind(), Kind::StateSet)
        && same(prefix.name_of(family).as_bytes(), label.as_bytes())
}
