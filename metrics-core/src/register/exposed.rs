//! What a registry exposes at one moment: declared, attached, and its own trouble; every name once.
//! `check` asks what is hidden, and the walk shows what is not.

use std::sync::Arc;
use std::time::Instant;

use prometheus::proto::MetricFamily;

use super::conflict::{Claim, Place, conflict};
use super::guest::{Families, What};
use super::round::{Round, Ticket, is_nested};
use super::trouble::{Trouble, all_hidden, troubles};
use super::view::{Standing, first};
use super::{Conflict, Entry, Registry, View};
use crate::Error;
use crate::declare::Kind;
use crate::update::{KeptPoint, is_forked};

/// A registry at one moment, with what users' code gave for it.
pub(crate) struct Exposition {
    pub(super) views: Vec<View>,
    /// The declared families in the order of their names, and how each is read.
    declared: Vec<(Standing, Reading)>,
    /// What each attached registry gave, the view that it is attached to, and where it comes from.
    foreign: Vec<(usize, Place, Arc<Ticket<Families>>)>,
    /// What clashes among the declared families.
    conflicts: Vec<Conflict>,
    /// What else `check` tells.
    refused: Vec<Conflict>,
    /// The values are those of the process that this one was forked from, and nothing is shown.
    is_forked: bool,
}

/// How a declared family is read.
pub(crate) enum Reading {
    /// While it is shown.
    Now,
    /// It was read before the walk, since that runs code of users.
    Before(Arc<Ticket<Vec<KeptPoint>>>),
    /// Not at all, since the visitor does not want it.
    Declined,
}

/// One family, wherever it comes from, under the name by which it is exposed.
pub(crate) enum Exposed<'v> {
    /// A declared family.
    Entry(&'v View, &'v Entry, &'v Reading),
    /// More series of the declared family before it, from another registry.
    More(&'v View, &'v Entry, &'v Reading),
    /// A family of the registry's own.
    Trouble(Trouble),
    /// A family of an attached registry of the `prometheus` crate.
    Foreign(&'v View, Place, Kind, &'v MetricFamily),
}

/// What of a registry a gather is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All.
    Whole,
    /// The families that were declared in this very registry.
    Own,
    /// Their names.
    Names,
}

impl Exposed<'_> {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Entry(_, entry, _) | Self::More(_, entry, _) => &entry.name,
            Self::Trouble(trouble) => trouble.descriptor.name(),
            Self::Foreign(_, _, _, family) => family.name(),
        }
    }

    fn claim(&self) -> Claim<'_> {
        match self {
            Self::Entry(_, entry, _) | Self::More(_, entry, _) => entry.claim(),
            Self::Trouble(trouble) => Claim {
                name: trouble.descriptor.name(),
                kind: trouble.descriptor.kind(),
                place: Place::Declared(trouble.descriptor.source()),
            },
            Self::Foreign(_, place, kind, family) => Claim {
                name: family.name(),
                kind: *kind,
                place: *place,
            },
        }
    }
}

impl Exposition {
    /// Runs what code of users is needed, until `deadline`; `wants` is asked which families are.
    pub(crate) fn of(
        registry: &Registry,
        scope: Scope,
        deadline: Instant,
        wants: &mut dyn FnMut(&Entry) -> bool,
    ) -> Self {
        let views = match scope {
            Scope::Own => vec![registry.view()],
            Scope::Whole | Scope::Names => registry.views(),
        };
        if is_forked() {
            return Self::of_parent(views);
        }
        let mut round = Round::new(deadline);
        let mut foreign = Vec::new();
        let mut refused = Vec::new();
        for (v, view) in views.iter().enumerate() {
            for guest in view.guests.iter() {
                match &guest.what {
                    // in code that a gather runs, they are run by the gather around it
                    What::Collector(collector) if scope != Scope::Names && !is_nested() => {
                        round.ask(&collector.job);
                    }
                    What::Foreign(attached, place) if scope != Scope::Own => {
                        foreign.push((v, *place, round.ask(&attached.job)));
                    }
                    What::Refused(conflict) => refused.push(conflict.clone()),
                    What::Collector(_) | What::Foreign(..) | What::Registry(_) => (),
                }
            }
        }
        let (families, mut conflicts) = declared(registry, &views);
        conflicts.extend(views.iter().flat_map(|view| view.conflicts.iter().cloned()));
        let mut is_wanted = true;
        let families = families.into_iter().map(|standing| {
            let entry = &views[standing.view].entries[standing.entry];
            if entry.read.is_some() && !standing.goes_on {
                is_wanted = wants(entry);
            }
            let reading = match &entry.read {
                Some(read) if is_wanted => Reading::Before(round.ask(read)),
                Some(_) => Reading::Declined,
                None => Reading::Now,
            };
            (standing, reading)
        });
        let declared = families.collect();
        round.run();
        Self {
            views,
            declared,
            foreign,
            conflicts,
            refused,
            is_forked: false,
        }
    }

    /// What a forked child has that did not call [`after_fork`](super::after_fork).
    fn of_parent(views: Vec<View>) -> Self {
        Self {
            views,
            declared: Vec::new(),
            foreign: Vec::new(),
            conflicts: Vec::new(),
            refused: Vec::new(),
            is_forked: true,
        }
    }

    /// The families in the order of their names, and what hides others.
    pub(crate) fn families(&self) -> (Vec<Exposed<'_>>, Vec<Conflict>) {
        if self.is_forked {
            let hidden = self.views.iter().map(|view| view.entries.len()).sum();
            let trouble = all_hidden(&self.views, hidden).map(Exposed::Trouble);
            return (trouble.into_iter().collect(), Vec::new());
        }
        let mut exposed = self.declared();
        let mut conflicts = self.conflicts.clone();
        for (view, from, ticket) in &self.foreign {
            for (kind, family) in ticket.output().iter().flat_map(|families| families.iter()) {
                let new = Exposed::Foreign(&self.views[*view], *from, *kind, family);
                place(new, &mut exposed, &mut conflicts);
            }
        }
        for trouble in troubles(&self.views, conflicts.len()) {
            // declared families cannot have these names; one of an attached registry may, and goes first
            place(Exposed::Trouble(trouble), &mut exposed, &mut Vec::new());
        }
        (exposed, conflicts)
    }

    /// The declared families alone.
    pub(crate) fn declared(&self) -> Vec<Exposed<'_>> {
        let declared = self.declared.iter();
        declared
            .map(|(standing, reading)| {
                let view = &self.views[standing.view];
                let entry = &view.entries[standing.entry];
                if standing.goes_on {
                    Exposed::More(view, entry, reading)
                } else {
                    Exposed::Entry(view, entry, reading)
                }
            })
            .collect()
    }
}

/// Where the declared families stand, and what clashes among them.
pub(super) fn declared(registry: &Registry, views: &[View]) -> (Vec<Standing>, Vec<Conflict>) {
    match views {
        [_] => (first(views), Vec::new()),
        views => {
            let order = registry.order(views);
            (order.families.clone(), order.conflicts.clone())
        }
    }
}

impl Registry {
    /// Whether everything that was declared is exposed.
    ///
    /// # Errors
    ///
    /// [`Error::Conflicts`] with every clash: of linked sets with each other, of own families with those of attached
    /// registries as they are now, and of attached registries with each other. Of two that clash, the first is exposed.
    /// [`Error::Forked`] where nothing is: in a child that did not call [`after_fork`](crate::after_fork).
    pub fn check(&self) -> Result<(), Error> {
        let deadline = Instant::now() + Self::GATHER_DEADLINE;
        let exposition = Exposition::of(self, Scope::Names, deadline, &mut |_| false);
        if exposition.is_forked {
            return Err(Error::Forked);
        }
        let (_, mut conflicts) = exposition.families();
        conflicts.extend(exposition.refused.iter().cloned());
        Error::from_conflicts(conflicts)
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
