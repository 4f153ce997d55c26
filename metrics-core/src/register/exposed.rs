//! What a registry exposes at one moment: declared, attached, and its own trouble; every name once.
//! `check` asks what is hidden, and the walk shows what is not.

use prometheus::proto::MetricFamily;

use super::conflict::{Claim, Place, conflict};
use super::trouble::{Trouble, troubles};
use super::{Conflict, Entry, View, gather_foreign};
use crate::declare::Kind;

/// One family, wherever it comes from, under the name by which it is exposed.
pub(crate) enum Exposed<'v> {
    /// A declared family.
    Entry(&'v Entry),
    /// A family of the registry's own.
    Trouble(String, Trouble),
    /// A family of an attached registry.
    Foreign(Kind, MetricFamily),
}

impl Exposed<'_> {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Entry(entry) => &entry.name,
            Self::Trouble(name, _) => name,
            Self::Foreign(_, family) => family.name(),
        }
    }

    fn claim(&self) -> Claim<'_> {
        match self {
            Self::Entry(entry) => entry.claim(),
            Self::Trouble(name, trouble) => Claim {
                name,
                kind: trouble.descriptor.kind(),
                place: Place::Declared(trouble.descriptor.source()),
            },
            Self::Foreign(kind, family) => Claim {
                name: family.name(),
                kind: *kind,
                place: Place::Attached,
            },
        }
    }
}

impl View<'_> {
    /// The families in the order of their names, and what hides others.
    pub(crate) fn exposed(&self) -> (Vec<Exposed<'_>>, Vec<Conflict>) {
        let mut exposed: Vec<_> = self.entries.iter().map(Exposed::Entry).collect();
        let mut conflicts = self.conflicts.clone();
        for (kind, family) in gather_foreign(self) {
            place(Exposed::Foreign(kind, family), &mut exposed, &mut conflicts);
        }
        for trouble in troubles(self, conflicts.len(), self.attached_panics) {
            let name = self.exposed_name(trouble.descriptor.name());
            // declared families cannot have these names; one of an attached registry may, and goes first
            place(
                Exposed::Trouble(name, trouble),
                &mut exposed,
                &mut Vec::new(),
            );
        }
        (exposed, conflicts)
    }

    /// The declared families alone.
    pub(crate) fn declared(&self) -> Vec<Exposed<'_>> {
        self.entries.iter().map(Exposed::Entry).collect()
    }
}

/// Puts `new` where its name belongs, unless it clashes.
fn place<'v>(new: Exposed<'v>, sorted: &mut Vec<Exposed<'v>>, conflicts: &mut Vec<Conflict>) {
    let find = |name: &str| {
        let index = sorted
            .binary_search_by(|exposed| exposed.name().cmp(name))
            .ok()?;
        sorted.get(index).map(Exposed::claim)
    };
    if let Some(conflict) = conflict(new.claim(), find) {
        conflicts.push(conflict);
        return;
    }
    let index = sorted.partition_point(|exposed| exposed.name() < new.name());
    sorted.insert(index, new);
}
