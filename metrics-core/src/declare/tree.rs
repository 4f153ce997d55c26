//! Checks of sets in sets, which only the compiler can make: it alone knows the tree. The derive calls them in
//! constants, one for each field and label; messages are put together here, for they name families of other structs.

use super::{Descriptor, Kind, MAX_NAME_LEN, SetDescriptor};

/// Stops the compilation if a family of the nested set at `index`, which is that of `field`, cannot stand in `set`, whose names are `names`.
///
/// The families of a set are compared with those before it alone: its own derive has seen to the rest.
#[track_caller]
pub const fn check_nested(set: &SetDescriptor, names: &Names, index: usize, field: &str) {
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

/// Stops the compilation if a series of `set` has another label called `label`, which is a constant one of the set.
#[track_caller]
pub const fn check_constant_label(set: &SetDescriptor, label: &str) {
    if let Some(mistake) = label_mistake(set, &Prefix::NONE, label, true) {
        panic!("{}", mistake.as_str());
    }
}

/// What stands before the names of a nested set. A name is put together only to be shown: otherwise its hash will do,
/// which goes on from that of what stands before it. A large tree would take the compiler seconds.
#[derive(Clone, Copy)]
struct Prefix<'p> {
    outer: Option<&'p Prefix<'p>>,
    part: &'p str,
    /// With the `_` at the end.
    hash: u64,
    len: usize,
}

impl Prefix<'_> {
    const NONE: Prefix<'static> = Prefix {
        outer: None,
        part: "",
        hash: 0xcbf2_9ce4_8422_2325,
        len: 0,
    };

    const fn then<'p>(&'p self, part: &'p str) -> Prefix<'p> {
        let (mut hash, mut len) = (self.hash, self.len);
        if !part.is_empty() {
            hash = hashed(hashed(hash, part.as_bytes()), b"_");
            len += part.len() + 1;
        }
        Prefix {
            outer: Some(self),
            part,
            hash,
            len,
        }
    }

    /// What stands before the name of `family`.
    const fn of(&self, family: &Descriptor) -> &Self {
        if family.is_verbatim() {
            &Prefix::NONE
        } else {
            self
        }
    }

    const fn name_of(&self, family: &Descriptor) -> Text {
        Text::EMPTY.push_prefix(self.of(family)).push(family.name())
    }
}

/// Text built while compiling; what is too long is cut off.
#[derive(Clone, Copy)]
struct Text {
    bytes: [u8; Self::LEN],
    len: usize,
}

impl Text {
    /// Longer than any name that is right, with a sentence around it.
    const LEN: usize = 640;

    const EMPTY: Self = Self {
        bytes: [0; Self::LEN],
        len: 0,
    };

    const fn push(self, text: &str) -> Self {
        self.push_bytes(text.as_bytes())
    }

    const fn push_bytes(mut self, text: &[u8]) -> Self {
        let mut i = 0;
        // names are ASCII, so no letter is cut in two
        while i < text.len() && self.len < Self::LEN {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    const fn push_prefix(self, prefix: &Prefix<'_>) -> Self {
        let before = match prefix.outer {
            Some(outer) => self.push_prefix(outer),
            None => self,
        };
        if prefix.part.is_empty() {
            before
        } else {
            before.push(prefix.part).push("_")
        }
    }

    const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.as_bytes()) {
            Ok(text) => text,
            Err(_) => "two families of this set cannot stand side by side",
        }
    }

    const fn as_bytes(&self) -> &[u8] {
        self.bytes.split_at(self.len).0
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
        if prefix.of(family).len > 0 && is_series_ending(family.name_bytes()) {
            return Some(start.push_prefix(prefix).push(family.name()).push(
                "`: with this prefix the nested family is called like a series of a histogram; use another prefix, or rename the family",
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

/// The hashes of a family's name, and of its name in OpenMetrics.
const fn hashes(family: &Descriptor, prefix: &Prefix<'_>) -> (u64, u64) {
    let name = family.name_bytes();
    let stem = stem_of(name, family.kind());
    let stem_hash = hashed(prefix.of(family).hash, stem);
    (hashed(stem_hash, name.split_at(stem.len()).1), stem_hash)
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

/// What of the name of a family OpenMetrics has.
const fn stem_of(name: &[u8], kind: Kind) -> &[u8] {
    let suffix = kind.suffix();
    if suffix.is_empty() || !ends_with(name, suffix.as_bytes()) {
        return name;
    }
    name.split_at(name.len() - suffix.len()).0
}

/// Whether a name would, behind a `_`, be that of a histogram's series.
const fn is_series_ending(name: &[u8]) -> bool {
    same(name, b"bucket") || same(name, b"count") || same(name, b"sum") || same(name, b"created")
}

const fn ends_with(text: &[u8], end: &[u8]) -> bool {
    text.len() >= end.len() && same(text.split_at(text.len() - end.len()).1, end)
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    a.len() == b.len()
}

/// FNV-1a, going on from `hash`.
const fn hashed(mut hash: u64, text: &[u8]) -> u64 {
    let mut i = 0;
    while i < text.len() {
        // a call for each byte would take the compiler as long as all the rest
        let product = (hash ^ text[i] as u64) as u128 * 0x0100_0000_01b3;
        hash = product as u64;
        i += 1;
    }
    hash
}
