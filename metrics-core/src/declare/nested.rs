//! Label sets within label sets: the labels of all of them, joined while compiling.
//! The derive names its parts in order; `check` looks for labels that come twice.

use super::label::LabelDescriptor;

/// Labels of a set that stand side by side.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Those of fields of the set.
    Own(&'static [LabelDescriptor]),
    /// Those of a field with `#[label(flatten)]`.
    Nested(&'static [LabelDescriptor]),
}

impl Part {
    pub(super) const fn labels(self) -> &'static [LabelDescriptor] {
        match self {
            Self::Own(labels) | Self::Nested(labels) => labels,
        }
    }
}

/// How many labels there are in all parts.
pub const fn joined_len(parts: &[Part]) -> usize {
    let mut len = 0;
    let mut i = 0;
    while i < parts.len() {
        len += parts[i].labels().len();
        i += 1;
    }
    len
}

/// The labels of all parts; `N` is [`joined_len`] of them.
pub const fn joined<const N: usize>(parts: &[Part]) -> [LabelDescriptor; N] {
    let mut all = [LabelDescriptor::open("", 0); N];
    let (mut i, mut at) = (0, 0);
    while i < parts.len() {
        let labels = parts[i].labels();
        let mut j = 0;
        while j < labels.len() {
            all[at] = labels[j];
            at += 1;
            j += 1;
        }
        i += 1;
    }
    all
}
