//! What a walk shows: families, and their series one by one. Every encoder is a visitor.

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::declare::{Descriptor, Kind, SetDescriptor};
use crate::update::{Labels, Point};

/// A family, as a walk comes to it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FamilyView<'a> {
    /// The name, with the registry's namespace.
    pub name: &'a str,
    /// What the metric means.
    pub help: &'a str,
    /// The kind.
    pub kind: Kind,
    /// The unit, or nothing.
    pub unit: &'a str,
    /// What was declared; `None` for a family of an attached `prometheus` registry.
    pub descriptor: Option<&'static Descriptor>,
    /// The set that it was declared in, the outermost of several; `None` for a family of no set.
    pub set: Option<SetDescriptor>,
}

impl FamilyView<'_> {
    /// The same with other texts: those of a copy, for a visitor that keeps a family longer than it is shown.
    #[must_use]
    pub const fn with_texts<'b>(
        self,
        name: &'b str,
        help: &'b str,
        unit: &'b str,
    ) -> FamilyView<'b> {
        FamilyView {
            name,
            help,
            kind: self.kind,
            unit,
            descriptor: self.descriptor,
            set: self.set,
        }
    }
}

/// A series of the family that a walk has come to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SeriesView<'a> {
    /// The constant labels: those of the registry, then those of the sets around the family.
    pub constant: Labels<'a>,
    /// The labels and the value of the series itself.
    pub point: &'a Point<'a>,
}

impl<'a> SeriesView<'a> {
    /// Every label, the constant ones first, with plain values.
    pub fn pairs(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> + use<'a> {
        self.constant.pairs().chain(self.point.labels.pairs())
    }
}

/// Whoever a [`Registry`](crate::Registry) is shown to.
///
/// Families come in the order of their names, each followed by its series. Breaking off ends the walk.
pub trait Visitor {
    /// Whether to be shown this family at all; the series of a declared family that is declined are not read.
    ///
    /// It is asked once for each family: before the walk for those whose reading runs code of users, the others when the
    /// walk comes to them.
    fn wants(&mut self, family: &FamilyView<'_>) -> bool {
        let _ = family;
        true
    }

    /// A family begins.
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()>;

    /// A series of the family that began last.
    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()>;
}
