//! Link-time registration: the collection that every derived set and timed function enters.

use super::Family;
use crate::declare::{Objective, SetDescriptor};
use crate::update::TimedFunction;

/// What a macro enters into the program's list of metrics.
#[derive(Debug)]
pub struct Registration(Linked);

#[derive(Debug)]
enum Linked {
    Set {
        descriptor: &'static SetDescriptor,
        families: fn() -> Vec<Family>,
    },
    Function(&'static TimedFunction),
    Objective(&'static Objective),
}

inventory::collect!(Registration);

impl Registration {
    /// A set, and how to reach the families of its global instance.
    pub const fn set(descriptor: &'static SetDescriptor, families: fn() -> Vec<Family>) -> Self {
        Self(Linked::Set {
            descriptor,
            families,
        })
    }

    /// A function that feeds the families which all functions share.
    pub const fn function(function: &'static TimedFunction) -> Self {
        Self(Linked::Function(function))
    }

    /// What is promised of a function.
    pub const fn objective(objective: &'static Objective) -> Self {
        Self(Linked::Objective(objective))
    }
}

/// The families of every linked set, in the order of their places, which no linker changes.
pub(super) fn linked_families() -> Vec<Family> {
    let mut sets: Vec<_> = inventory::iter::<Registration>()
        .filter_map(|registration| match registration.0 {
            Linked::Set {
                descriptor,
                families,
            } => Some((descriptor.source, families)),
            Linked::Function(_) | Linked::Objective(_) => None,
        })
        .collect();
    sets.sort_by_key(|(source, _)| *source);
    sets.into_iter()
        .flat_map(|(_, families)| families())
        .collect()
}

/// Every linked function that feeds them.
pub(super) fn linked_functions() -> Vec<&'static TimedFunction> {
    inventory::iter::<Registration>()
        .filter_map(|registration| match registration.0 {
            Linked::Function(function) => Some(function),
            Linked::Set { .. } | Linked::Objective(_) => None,
        })
        .collect()
}

/// What is promised of linked functions, in the order of their places.
pub(super) fn linked_objectives() -> Vec<&'static Objective> {
    let mut objectives: Vec<_> = inventory::iter::<Registration>()
        .filter_map(|registration| match registration.0 {
            Linked::Objective(objective) => Some(objective),
            Linked::Set { .. } | Linked::Function(_) => None,
        })
        .collect();
    objectives.sort_by_key(|objective| (objective.module, objective.function, objective.source));
    objectives
}
