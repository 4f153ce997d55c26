//! What cannot stand side by side in one exposition, told with both places.

use std::fmt;

use super::Entry;
use crate::declare::{Kind, Source};

/// Two declarations that cannot both be exposed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Conflict {
    /// Two families have one name.
    SameName {
        /// The name, with the registry's namespace.
        name: String,
        /// The family that is exposed.
        first: Source,
        /// The family that is not.
        second: Source,
    },
    /// A family is called like a series of a histogram: `x_count` beside a histogram `x`.
    HistogramSeries {
        /// The histogram's name.
        histogram: String,
        /// The other family's name.
        other: String,
        /// The family that is exposed.
        first: Source,
        /// The family that is not.
        second: Source,
    },
    /// A label of a family is also a constant label of the registry.
    ConstantLabel {
        /// The family's name.
        name: String,
        /// The label.
        label: String,
        /// Where the family was declared.
        family: Source,
    },
    /// An attached registry of the `prometheus` crate has a family that is also declared here.
    Attached {
        /// The name.
        name: String,
        /// Where the family was declared that is exposed.
        declared: Source,
    },
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameName {
                name,
                first,
                second,
            } => write!(
                f,
                "two families are called `{name}`:\n  {first}\n  {second}\n  rename one of them, or give one of the sets a prefix"
            ),
            Self::HistogramSeries {
                histogram,
                other,
                first,
                second,
            } => write!(
                f,
                "`{other}` is also a series of the histogram `{histogram}`:\n  {first}\n  {second}\n  rename one of them"
            ),
            Self::ConstantLabel {
                name,
                label,
                family,
            } => write!(
                f,
                "`{name}` has the label `{label}`, which is also a constant label of the registry:\n  {family}\n  rename one of them"
            ),
            Self::Attached { name, declared } => write!(
                f,
                "`{name}` is declared here, and is also in an attached registry of the `prometheus` crate:\n  {declared}\n  rename one of them"
            ),
        }
    }
}

/// What keeps `new` out of a registry that has `entries`, sorted by name.
pub(super) fn conflict_with(entries: &[Entry], new: &Entry) -> Option<Conflict> {
    if let Some(old) = find(entries, &new.name) {
        return Some(Conflict::SameName {
            name: new.name.to_string(),
            first: old.source(),
            second: new.source(),
        });
    }
    let series = ["_bucket", "_count", "_sum"];
    let clash = |histogram: &Entry, other: &Entry, old: &Entry| Conflict::HistogramSeries {
        histogram: histogram.name.to_string(),
        other: other.name.to_string(),
        first: old.source(),
        second: new.source(),
    };
    if new.descriptor.kind() == Kind::Histogram {
        let mut others = series
            .iter()
            .filter_map(|s| find(entries, &format!("{}{s}", new.name)));
        if let Some(other) = others.next() {
            return Some(clash(new, other, other));
        }
    }
    let mut stems = series.iter().filter_map(|s| new.name.strip_suffix(s));
    let histogram = stems.find_map(|stem| {
        find(entries, stem).filter(|old| old.descriptor.kind() == Kind::Histogram)
    })?;
    Some(clash(histogram, new, histogram))
}

fn find<'e>(entries: &'e [Entry], name: &str) -> Option<&'e Entry> {
    let index = entries
        .binary_search_by(|entry| (*entry.name).cmp(name))
        .ok()?;
    entries.get(index)
}
