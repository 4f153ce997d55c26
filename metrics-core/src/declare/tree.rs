//! Checks of sets in sets, which only the compiler can make: it alone knows the tree. The derive calls them in
//! constants, one for each field and label; messages are put together here, for they name families of other structs.

use super::{Descriptor, Kind, MAX_NAME_LEN, NestedSet, SetDescriptor};

/// Stops the compilation if a family of the nested set at `index`, which is that of `field`, cannot stand in `set`.
///
/// The families of a set are compared with those before it alone: its own derive has seen to the rest.
#[track_caller]
pub const fn check_nested(set: &SetDescriptor, index: usize, field: &str) {
    let mut seen = Seen::NONE;
    seen.add_families(set, &Text::EMPTY, true);
    let mut i = 0;
    while i < index {
        seen.add_nested(&set.nested[i], &Text::EMPTY);
        i += 1;
    }
    let nested = &set.nested[index];
    let prefix = Text::EMPTY.joined(nested.prefix);
    if let Some(mistake) = seen.mistake(set, nested.set, &prefix, field) {
        panic!("{}", mistake.as_str());
    }
}

/// Stops the compilation if a series of `set` has another label called `label`, which is a constant one of the set.
#[track_caller]
pub const fn check_constant_label(set: &SetDescriptor, label: &str) {
    if let Some(mistake) = label_mistake(set, &Text::EMPTY, label, true) {
        panic!("{}", mistake.as_str());
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

    /// `self_part`, or what there is of the two.
    const fn joined(self, part: &str) -> Self {
        if self.len > 0 && !part.is_empty() {
            self.push("_").push(part)
        } else {
            self.push(part)
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

    /// The family's name where `self` stands before it.
    const fn name_of(self, family: &Descriptor) -> Self {
        if family.is_verbatim() {
            Self::EMPTY.push(family.name())
        } else {
            self.joined(family.name())
        }
    }
}

/// The names of families, as hashes: a constant cannot keep a list of names.
struct Seen {
    names: [u64; Self::MAX],
    /// Of the names that OpenMetrics has for them.
    stems: [u64; Self::MAX],
    len: usize,
}

impl Seen {
    /// Clashes of more families than this are found when they are registered.
    const MAX: usize = 512;

    const NONE: Self = Self {
        names: [0; Self::MAX],
        stems: [0; Self::MAX],
        len: 0,
    };

    const fn add_families(&mut self, set: &SetDescriptor, prefix: &Text, own_only: bool) {
        let mut i = 0;
        while i < set.families.len() && self.len < Self::MAX {
            let family = &set.families[i];
            let name = prefix.name_of(family);
            self.names[self.len] = hash(name.as_bytes());
            self.stems[self.len] = hash(stem(&name, family.kind()));
            self.len += 1;
            i += 1;
        }
        let mut i = 0;
        while i < set.nested.len() && !own_only {
            self.add_nested(&set.nested[i], prefix);
            i += 1;
        }
    }

    const fn add_nested(&mut self, nested: &NestedSet, prefix: &Text) {
        self.add_families(nested.set, &prefix.joined(nested.prefix), false);
    }

    const fn has(hashes: &[u64; Self::MAX], len: usize, hash: u64) -> bool {
        let mut i = 0;
        while i < len {
            if hashes[i] == hash {
                return true;
            }
            i += 1;
        }
        false
    }

    /// What is wrong with `set`, behind `prefix` in `root`, if anything is.
    const fn mistake(
        &self,
        root: &SetDescriptor,
        set: &SetDescriptor,
        prefix: &Text,
        field: &str,
    ) -> Option<Text> {
        if root.linked && set.linked && has_name_of_its_own(set, prefix) {
            return Some(linked_twice(set, prefix, field));
        }
        let mut i = 0;
        while i < set.families.len() {
            let family = &set.families[i];
            let mistake = self.name_mistake(&prefix.name_of(family), family, field);
            if mistake.is_some() {
                return mistake;
            }
            i += 1;
        }
        let mut i = 0;
        while i < set.nested.len() {
            let nested = &set.nested[i];
            let prefix = prefix.joined(nested.prefix);
            let mistake = self.mistake(root, nested.set, &prefix, field);
            if mistake.is_some() {
                return mistake;
            }
            i += 1;
        }
        None
    }

    const fn name_mistake(&self, name: &Text, family: &Descriptor, field: &str) -> Option<Text> {
        let shown = Text::EMPTY.push("`").push(name.as_str());
        if name.len > MAX_NAME_LEN {
            return Some(shown.push(
                "`: the family name, with all prefixes, is longer than 128 bytes; shorten a prefix",
            ));
        }
        if is_series_name(name.as_bytes()) {
            return Some(shown.push(
                "`: with this prefix the nested family is called like a series of a histogram; use another prefix, or rename the family",
            ));
        }
        let stem = stem(name, family.kind());
        let text = if Self::has(&self.names, self.len, hash(name.as_bytes())) {
            shown.push("` is the name of two families of this set")
        } else if Self::has(&self.stems, self.len, hash(stem)) {
            shown
                .push("` and another family of this set are both `")
                .push_bytes(stem)
                .push("` in OpenMetrics, which leaves `_total` and `_info` out")
        } else {
            return None;
        };
        Some(if family.is_verbatim() {
            text.push("; rename one of them (a whole `name` takes no prefix)")
        } else {
            with_prefix(text.push("; rename one of them"), field)
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
const fn has_name_of_its_own(set: &SetDescriptor, prefix: &Text) -> bool {
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

const fn linked_twice(set: &SetDescriptor, prefix: &Text, field: &str) -> Text {
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
    prefix: &Text,
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
        let name = prefix.name_of(family);
        if has_label(family, &name, label) {
            return Some(
                shown
                    .push("` is also a label of the family `")
                    .push(name.as_str())
                    .push("`; name one of them otherwise"),
            );
        }
        i += 1;
    }
    let mut i = 0;
    while i < set.nested.len() {
        let nested = &set.nested[i];
        let mistake = label_mistake(nested.set, &prefix.joined(nested.prefix), label, false);
        if mistake.is_some() {
            return mistake;
        }
        i += 1;
    }
    None
}

const fn has_label(family: &Descriptor, name: &Text, label: &str) -> bool {
    let mut i = 0;
    while i < family.labels().len() {
        if same(family.labels()[i].name.as_bytes(), label.as_bytes()) {
            return true;
        }
        i += 1;
    }
    matches!(family.kind(), Kind::StateSet) && same(name.as_bytes(), label.as_bytes())
}

/// The name of the family in OpenMetrics.
const fn stem(name: &Text, kind: Kind) -> &[u8] {
    let suffix = kind.suffix();
    let name = name.as_bytes();
    if suffix.is_empty() || !ends_with(name, suffix.as_bytes()) {
        return name;
    }
    name.split_at(name.len() - suffix.len()).0
}

const fn is_series_name(name: &[u8]) -> bool {
    ends_with(name, b"_bucket")
        || ends_with(name, b"_count")
        || ends_with(name, b"_sum")
        || ends_with(name, b"_created")
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

/// FNV-1a.
const fn hash(text: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut i = 0;
    while i < text.len() {
        hash = (hash ^ text[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}
