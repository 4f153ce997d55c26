//! Sets in a set: whether their families can stand beside each other.

use super::name::{Prefix, Text, hashes, same, stem_of};
use crate::declare::{Descriptor, MAX_NAME_LEN, SetDescriptor};

/// Stops the compilation if a family of the nested set at `index`, which is that of `field`, cannot stand in `set`,
/// whose names are `names`.
///
/// The families of a set are compared with those before it alone: its own derive has seen to the rest.
#[track_caller]
pub const fn check_nested_set(set: &SetDescriptor, names: &Names, index: usize, field: &str) {
    let nested = &set.nested[index];
    let check = Check {
        root: set,
        before: names,
        count: count_before(set, index),
        field,
    };
    if let Some(mistake) = check.mistake(nested.set, &Prefix::NONE.then(nested.prefix)) {
        panic!("{}", mistake.as_str());
    }
}

/// The names of all families of a tree, as hashes: the set's own first, then those of each nested set.
#[derive(Debug)]
pub struct Names {
    names: [u64; Self::MAX],
    /// Of the names that OpenMetrics has for them.
    stems: [u64; Self::MAX],
    len: usize,
}

impl Names {
    /// Clashes of more families than this are found when they are registered.
    const MAX: usize = 512;

    /// The names in `set`.
    pub const fn of(set: &SetDescriptor) -> Self {
        let mut names = Self {
            names: [0; Self::MAX],
            stems: [0; Self::MAX],
            len: 0,
        };
        if !set.nested.is_empty() {
            names.add(set, &Prefix::NONE);
        }
        names
    }

    const fn add(&mut self, set: &SetDescriptor, prefix: &Prefix<'_>) {
        let mut i = 0;
        while i < set.families.len() && self.len < Self::MAX {
            (self.names[self.len], self.stems[self.len]) = hashes(&set.families[i], prefix);
            self.len += 1;
            i += 1;
        }
        let mut i = 0;
        while i < set.nested.len() {
            let nested = &set.nested[i];
            self.add(nested.set, &prefix.then(nested.prefix));
            i += 1;
        }
    }
}

/// The number of families before those of the nested set at `index`.
const fn count_before(set: &SetDescriptor, index: usize) -> usize {
    let mut count = set.families.len();
    let mut i = 0;
    while i < index {
        let nested = set.nested[i].set;
        count += count_before(nested, nested.nested.len());
        i += 1;
    }
    if count < Names::MAX {
        count
    } else {
        Names::MAX
    }
}

/// A look at one nested set.
struct Check<'c> {
    root: &'c SetDescriptor,
    before: &'c Names,
    /// How many of the names count.
    count: usize,
    field: &'c str,
}

impl Check<'_> {
    /// What is wrong with `set`, behind `prefix`, if anything is.
    const fn mistake(&self, set: &SetDescriptor, prefix: &Prefix<'_>) -> Option<Text> {
        if self.root.linked && set.linked && has_name_of_its_own(set, prefix) {
            return Some(linked_twice(set, prefix, self.field));
        }
        let mut i = 0;
        while i < set.families.len() {
            let mistake = self.name_mistake(&set.families[i], prefix);
            if mistake.is_some() {
                return mistake;
            }
            i += 1;
        }
        let mut i = 0;
        while i < set.nested.len() {
            let nested = &set.nested[i];
            let mistake = self.mistake(nested.set, &prefix.then(nested.prefix));
            if mistake.is_some() {
                return mistake;
            }
            i += 1;
        }
        None
    }

    const fn name_mistake(&self, family: &Descriptor, prefix: &Prefix<'_>) -> Option<Text> {
        let start = Text::EMPTY.push("`");
        if prefix.of(family).len + family.name_bytes().len() > MAX_NAME_LEN {
            return Some(start.push_prefix(prefix).push(family.name()).push(
                "`: the family name, with all prefixes, is longer than 128 bytes; shorten a prefix",
            ));
        }
        if prefix.of(family).len > 0
            && is_series_ending(family.name_bytes())
            && !family.may_end_like_series()
        {
            return Some(start.push_prefix(prefix).push(family.name()).push(
                "`: with this prefix the nested family is called like a series of a histogram; rename the family, or write `#[metric(allow(series_suffix))]` on it",
            ));
        }
        let (name, stem) = hashes(family, prefix);
        let (mut same_name, mut same_stem) = (false, false);
        let mut i = 0;
        while i < self.count {
            same_name |= self.before.names[i] == name;
            same_stem |= self.before.stems[i] == stem;
            i += 1;
        }
        if !same_name && !same_stem {
            return None;
        }
        let name = prefix.name_of(family);
        let text = start.push(name.as_str());
        let text = if same_name {
            text.push("` is the name of two families of this set")
        } else {
            text.push("` and another family of this set are both `")
                .push_bytes(stem_of(name.as_bytes(), family.kind()))
                .push("` in OpenMetrics, which leaves `_total` and `_info` out")
        };
        Some(if family.is_verbatim() {
            text.push("; rename one of them (a whole `name` takes no prefix)")
        } else {
            with_prefix(text.push("; rename one of them"), self.field)
        })
    }
}

/// `text`, and how to write a prefix.
const fn with_prefix(text: Text, field: &str) -> Text {
    text.push(", or give this field a prefix of its own: `#[metric(flatten, prefix = \"")
        .push(field)
        .push("\")]`")
}

/// Whether a family of `set` has the same name behind `prefix` as without.
const fn has_name_of_its_own(set: &SetDescriptor, prefix: &Prefix<'_>) -> bool {
    let mut i = 0;
    while i < set.families.len() {
        if prefix.len == 0 || set.families[i].is_verbatim() {
            return true;
        }
        i += 1;
    }
    let mut i = 0;
    while i < set.nested.len() {
        let nested = &set.nested[i];
        // what the nested prefix adds is there in both
        if has_name_of_its_own(nested.set, prefix) {
            return true;
        }
        i += 1;
    }
    false
}

const fn linked_twice(set: &SetDescriptor, prefix: &Prefix<'_>, field: &str) -> Text {
    let text = Text::EMPTY.push("`").push(set.name).push(
        "` registers itself too, under the same names; write `#[metrics(register = false)]` on it",
    );
    if prefix.len == 0 {
        with_prefix(text, field)
    } else {
        text.push(" (a whole `name` takes no prefix)")
    }
}

/// Whether a name would, behind a `_`, be that of a histogram's series.
const fn is_series_ending(name: &[u8]) -> bool {
    same(name, b"bucket") || same(name, b"count") || same(name, b"sum") || same(name, b"created")
}
