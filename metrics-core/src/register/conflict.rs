//! What cannot stand side by side in one exposition, told with both places.

use std::fmt;
use std::panic::Location;

use crate::declare::{Kind, Source};

/// What cannot be exposed: mostly one of two families, of which the first is, and the second is not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Conflict {
    /// Two families have one name.
    SameName {
        /// The name, with the registry's namespace.
        name: String,
        /// Where the first comes from.
        first: Place,
        /// Where the second comes from.
        second: Place,
    },
    /// A family is called like a series of a histogram or summary: `x_count` beside a histogram `x`, or `x_created`,
    /// in which OpenMetrics tells since when it has counted.
    SeriesName {
        /// The name of the histogram or summary.
        family: String,
        /// The other family's name.
        other: String,
        /// Where the first comes from.
        first: Place,
        /// Where the second comes from.
        second: Place,
    },
    /// A counter `x_total` or an info `x_info` beside a family `x`, or each other: in OpenMetrics all of them are the
    /// family `x`.
    SharedStem {
        /// The name without `_total` or `_info`.
        stem: String,
        /// Where the first comes from.
        first: Place,
        /// Where the second comes from.
        second: Place,
    },
    /// A label of a family, or a constant one of a set around it, is also a constant label of the registry; or that of
    /// a state set, called as the family is exposed, is one of a set.
    ConstantLabel {
        /// The family's name.
        name: String,
        /// The label.
        label: String,
        /// Where the label comes from: the family, or the set.
        declared: Source,
    },
    /// A registry was to be attached to itself, or to one that is attached to it. It is not attached.
    Circle {
        /// Where [`Registry::attach`](crate::Registry::attach) was called.
        attached: &'static Location<'static>,
    },
}

/// Where a family comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// From a declaration.
    Declared(Source),
    /// From a registry of the `prometheus` crate, which knows no places, attached here.
    Attached(&'static Location<'static>),
    /// From the default registry of that crate, which is exposed by [`Registry::global`](crate::Registry::global).
    DefaultRegistry,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared(source) => source.fmt(f),
            Self::Attached(at) => {
                write!(
                    f,
                    "a registry of the `prometheus` crate, attached at {}:{}",
                    at.file(),
                    at.line()
                )
            }
            Self::DefaultRegistry => f.write_str("the default registry of the `prometheus` crate"),
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameName {
                name,
                first: place @ Place::Declared(_),
                second,
            } if place == second => write!(
                f,
                "`{name}` is there already, from the same declaration:\n  {place}\n  take the set that has it out before: `Registry::unregister`; or give each a registry of its own"
            ),
            Self::SameName {
                name,
                first,
                second,
            } => write!(
                f,
                "two families are called `{name}`:\n  {first}\n  {second}\n  rename one of them, or give its set a prefix"
            ),
            Self::SeriesName {
                family,
                other,
                first,
                second,
            } => write!(
                f,
                "`{other}` is also the name of a series of `{family}`:\n  {first}\n  {second}\n  rename one of them"
            ),
            Self::SharedStem {
                stem,
                first,
                second,
            } => write!(
                f,
                "two families are both `{stem}` in OpenMetrics, which leaves `_total` and `_info` out:\n  {first}\n  {second}\n  rename one of them"
            ),
            Self::ConstantLabel {
                name,
                label,
                declared,
            } => write!(
                f,
                "`{name}` has the label `{label}`, which is also a constant label of the registry, or of a set around it:\n  {declared}\n  rename one of them"
            ),
            Self::Circle { attached } => write!(
                f,
                "a registry cannot be attached to itself, nor to one that is attached to it:\n  {}:{}\n  leave this call of `Registry::attach` out",
                attached.file(),
                attached.line()
            ),
        }
    }
}

/// A name that a family asks for.
#[derive(Clone, Copy)]
pub(super) struct Claim<'n> {
    pub(super) name: &'n str,
    pub(super) kind: Kind,
    pub(super) place: Place,
}

/// What keeps `new` out, where `find` finds the claims that were granted before.
pub(super) fn conflict<'c>(
    new: Claim<'_>,
    find: impl Fn(&str) -> Option<Claim<'c>>,
) -> Option<Conflict> {
    same_name(new, &find)
        .or_else(|| series_name(new, &find))
        .or_else(|| shared_stem(new, &find))
}

fn same_name<'c>(new: Claim<'_>, find: impl Fn(&str) -> Option<Claim<'c>>) -> Option<Conflict> {
    let old = find(new.name)?;
    Some(Conflict::SameName {
        name: new.name.to_owned(),
        first: old.place,
        second: new.place,
    })
}

/// Scrapers take `x_count` for a part of the histogram `x`, whichever came first.
fn series_name<'c>(new: Claim<'_>, find: impl Fn(&str) -> Option<Claim<'c>>) -> Option<Conflict> {
    let report = |family: &str, other: &str, old: Claim<'_>| Conflict::SeriesName {
        family: family.to_owned(),
        other: other.to_owned(),
        first: old.place,
        second: new.place,
    };
    for suffix in suffixes(new.kind) {
        if let Some(other) = find(&format!("{}{suffix}", new.name)) {
            return Some(report(new.name, other.name, other));
        }
    }
    ["_bucket", "_count", "_sum", "_created"]
        .into_iter()
        .find_map(|suffix| {
            let family = find(new.name.strip_suffix(suffix)?)?;
            let has = suffixes(family.kind).contains(&suffix);
            has.then(|| report(family.name, new.name, family))
        })
}

/// Beside a counter `x_total`, a family `x_created` can stand: OpenMetrics shows the counter with the type `unknown`.
fn suffixes(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Histogram => &["_bucket", "_count", "_sum", "_created"],
        Kind::Summary => &["_count", "_sum", "_created"],
        Kind::Counter | Kind::Gauge | Kind::Info | Kind::StateSet => &[],
    }
}

fn shared_stem<'c>(new: Claim<'_>, find: impl Fn(&str) -> Option<Claim<'c>>) -> Option<Conflict> {
    let stem = stem(new.name, new.kind);
    let with = |suffix: &str| find(&format!("{stem}{suffix}"));
    let others = [with(""), with("_total"), with("_info")];
    let mut others = others.into_iter().flatten();
    let old = others.find(|old| self::stem(old.name, old.kind) == stem)?;
    Some(Conflict::SharedStem {
        stem: stem.to_owned(),
        first: old.place,
        second: new.place,
    })
}

/// The family's name in OpenMetrics.
fn stem(name: &str, kind: Kind) -> &str {
    name.strip_suffix(kind.suffix()).unwrap_or(name)
}
