//! Names of families in a tree of sets, while compiling: their hashes to compare, and the text to show.

use crate::declare::{Descriptor, Kind};

/// What stands before the names of a nested set. A name is put together only to be shown: otherwise its hash will do,
/// which goes on from that of what stands before it. A large tree would take the compiler seconds.
#[derive(Clone, Copy)]
pub(super) struct Prefix<'p> {
    outer: Option<&'p Prefix<'p>>,
    part: &'p str,
    /// With the `_` at the end.
    hash: u64,
    pub(super) len: usize,
}

impl Prefix<'_> {
    pub(super) const NONE: Prefix<'static> = Prefix {
        outer: None,
        part: "",
        hash: 0xcbf2_9ce4_8422_2325,
        len: 0,
    };

    pub(super) const fn then<'p>(&'p self, part: &'p str) -> Prefix<'p> {
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
    pub(super) const fn of(&self, family: &Descriptor) -> &Self {
        if family.is_verbatim() {
            &Prefix::NONE
        } else {
            self
        }
    }

    pub(super) const fn name_of(&self, family: &Descriptor) -> Text {
        Text::EMPTY.push_prefix(self.of(family)).push(family.name())
    }
}

/// Text built while compiling; what is too long is cut off.
#[derive(Clone, Copy)]
pub(super) struct Text {
    bytes: [u8; Self::LEN],
    len: usize,
}

impl Text {
    /// Longer than any name that is right, with a sentence around it.
    const LEN: usize = 640;

    pub(super) const EMPTY: Self = Self {
        bytes: [0; Self::LEN],
        len: 0,
    };

    pub(super) const fn push(self, text: &str) -> Self {
        self.push_bytes(text.as_bytes())
    }

    pub(super) const fn push_bytes(mut self, text: &[u8]) -> Self {
        let mut i = 0;
        // names are ASCII, so no letter is cut in two
        while i < text.len() && self.len < Self::LEN {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    pub(super) const fn push_prefix(self, prefix: &Prefix<'_>) -> Self {
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

    pub(super) const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.as_bytes()) {
            Ok(text) => text,
            Err(_) => "two families of this set cannot stand side by side",
        }
    }

    pub(super) const fn as_bytes(&self) -> &[u8] {
        self.bytes.split_at(self.len).0
    }
}

/// The hashes of a family's name, and of its name in OpenMetrics.
pub(super) const fn hashes(family: &Descriptor, prefix: &Prefix<'_>) -> (u64, u64) {
    let name = family.name_bytes();
    let stem = stem_of(name, family.kind());
    let stem_hash = hashed(prefix.of(family).hash, stem);
    (hashed(stem_hash, name.split_at(stem.len()).1), stem_hash)
}

/// What of the name of a family OpenMetrics has.
pub(super) const fn stem_of(name: &[u8], kind: Kind) -> &[u8] {
    let suffix = kind.suffix();
    if suffix.is_empty() || !ends_with(name, suffix.as_bytes()) {
        return name;
    }
    name.split_at(name.len() - suffix.len()).0
}

pub(super) const fn ends_with(text: &[u8], end: &[u8]) -> bool {
    text.len() >= end.len() && same(text.split_at(text.len() - end.len()).1, end)
}

pub(super) const fn same(a: &[u8], b: &[u8]) -> bool {
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
pub(super) const fn hashed(mut hash: u64, text: &[u8]) -> u64 {
    let mut i = 0;
    while i < text.len() {
        // a call for each byte would take the compiler as long as all the rest
        let product = (hash ^ text[i] as u64) as u128 * 0x0100_0000_01b3;
        hash = product as u64;
        i += 1;
    }
    hash
}
