//! What is declared in a registry, without a value: what dashboards, rules and catalogues are made of.

use super::Registry;
use super::exposed::declared;
use super::registration::{linked_functions, linked_objectives};
use super::trouble::troubles;
use crate::declare::{Descriptor, Objective, SetDescriptor, SetFamily};
use crate::update::{DeclaredFunction, Labels, TimedFunction};

/// What is declared in a registry and those of ours that are attached to it. No code of users runs to find it, and no
/// value is read: the same program has the same declarations in every run.
///
/// ```
/// use metrics_core::{Gauge, MetricSet, Registry};
///
/// /// A pool of connections.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Pool {
///     /// Open connections.
///     connections: Gauge,
/// }
///
/// let registry = Registry::builder().namespace("db").constant_label("shard", "7").build()?;
/// let pool = Pool::register(&registry)?;
/// let declarations = registry.declarations();
/// let family = declarations.families.iter().find(|family| family.name() == "db_connections");
/// assert_eq!(family.map(|family| family.descriptor().help()), Some("Open connections."));
/// # Ok::<(), metrics_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Declarations {
    /// Every family, once, in the order of their names; also those in which the registry tells of its own trouble.
    pub families: Vec<DeclaredFamily>,
    /// The functions that feed the families which all functions share, in the order of their modules and names. Only
    /// [`Registry::global`] has these families.
    pub functions: Vec<DeclaredFunction>,
    /// What is promised of functions, in the same order; of the program, if the global registry is in it.
    pub objectives: Vec<&'static Objective>,
}

/// A family as it is exposed.
#[derive(Clone, Debug)]
pub struct DeclaredFamily {
    name: String,
    declared: SetFamily,
    constant: Vec<(String, String)>,
}

impl DeclaredFamily {
    /// A family of a set that no registry has yet, under the name that it will have in one without a namespace.
    pub fn of_set(declared: SetFamily) -> Self {
        Self {
            name: declared.name().to_owned(),
            constant: declared
                .labels()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            declared,
        }
    }

    /// The name by which it is exposed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What was declared.
    pub fn descriptor(&self) -> &'static Descriptor {
        self.declared.descriptor()
    }

    /// The sets that it is in, the outermost first; none for a family of the registry's own, or of all functions.
    pub fn sets(&self) -> impl DoubleEndedIterator<Item = &SetDescriptor> {
        self.declared.sets()
    }

    /// The constant labels, of the registry and of the sets; of a family that stands in several registries, those that it
    /// has in any.
    pub fn constant_labels(&self) -> &[(String, String)] {
        &self.constant
    }
}

impl Registry {
    /// What is declared here: [`Declarations`].
    pub fn declarations(&self) -> Declarations {
        let views = self.views();
        let (standing, conflicts) = declared(self, &views);
        let mut families: Vec<DeclaredFamily> = Vec::new();
        for (standing, view, entry) in standing.iter().map(|standing| {
            let (view, entry) = standing.of(&views);
            (standing, view, entry)
        }) {
            let constant = view.constant_of(entry);
            let pairs = Labels::rendered(&constant).pairs();
            let constant = pairs.map(|(name, value)| (name.to_owned(), value.into_owned()));
            match families.last_mut().filter(|_| standing.goes_on) {
                Some(first) => {
                    let new: Vec<_> = constant.filter(|l| !first.constant.contains(l)).collect();
                    first.constant.extend(new);
                }
                None => families.push(DeclaredFamily {
                    name: entry.name.to_string(),
                    declared: (*entry.declared).clone(),
                    constant: constant.collect(),
                }),
            }
        }
        for trouble in troubles(&views, conflicts.len()) {
            families.push(DeclaredFamily::of_set(SetFamily::alone(trouble.descriptor)));
        }
        families.sort_by(|a, b| a.name.cmp(&b.name));
        let has_linked = views.iter().any(|view| view.is_of(Self::global()));
        let functions = linked_functions().into_iter();
        let mut functions: Vec<_> = functions.map(TimedFunction::declared).collect();
        functions.sort_by_key(|function| (function.module, function.name));
        functions.dedup_by(|same, first| {
            let is_same = (same.module, same.name) == (first.module, first.name);
            if is_same {
                first.families.append(&mut same.families);
                first.families.sort_unstable();
                first.families.dedup();
            }
            is_same
        });
        Declarations {
            families,
            functions: functions.into_iter().filter(|_| has_linked).collect(),
            objectives: linked_objectives()
                .into_iter()
                .filter(|_| has_linked)
                .collect(),
        }
    }
}
