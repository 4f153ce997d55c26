//! What is declared in a registry, without a value: what dashboards, rules and catalogues are made of.

use std::ops::ControlFlow;

use super::exposed::declared;
use super::registration::{linked_functions, linked_objectives};
use super::registry::exposed_name;
use super::trouble::troubles;
use super::{Entry, MetricSet, Registry};
use crate::declare::{Descriptor, Kind, Objective, SetDescriptor, SetFamily};
use crate::update::{DeclaredFunction, Labels, TimedFunction, state_label};

/// What is declared in a registry and those of ours that are attached to it. No code of users runs to find it, and no
/// value is read: the same program has the same declarations in every run.
///
/// It is all that is there when it is asked for: the sets and functions that are linked, if the global registry is in it,
/// and the sets that were registered at run time before. Of sets that come later, [`Registry::declarations_of`] tells how
/// they will stand. What is attached of the `prometheus` crate is not in it: that declares nothing before it is gathered.
/// Of two families that clash, the first is in it, as in an exposition.
///
/// The order hangs on names alone, and not on the linker. A path of a [`Source`](crate::Source) is as the compiler was given
/// it: that of a dependency names a folder of the machine that compiled it.
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
    states: Vec<String>,
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
            states: Vec::new(),
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

    /// The label that tells the states of a [`StateSet`](crate::StateSet) apart, which is called as the family is; `None`
    /// of other kinds.
    ///
    /// ```
    /// use metrics_core::{Label, MetricSet, Registry, StateSet};
    ///
    /// #[derive(Clone, Copy, Label)]
    /// enum Phase { Starting, Running }
    ///
    /// /// A worker.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "worker", register = false)]
    /// struct Worker {
    ///     /// What the worker does.
    ///     phase: StateSet<Phase>,
    /// }
    ///
    /// let registry = Registry::new();
    /// let worker = Worker::register(&registry)?;
    /// let phase = &registry.declarations().families[0];
    /// assert_eq!(phase.state_label().as_deref(), Some("worker_phase"));
    /// assert_eq!(phase.states(), ["starting", "running"]);
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn state_label(&self) -> Option<String> {
        (self.descriptor().kind() == Kind::StateSet).then(|| state_label(&self.name))
    }

    /// The states of a [`StateSet`](crate::StateSet) of a registered set. Before it is registered they are not known, and
    /// there are none; nor are there of other kinds.
    pub fn states(&self) -> &[String] {
        &self.states
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
                    states: states(entry),
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

    /// The families of `S` as they will be declared here when the set is registered: with the namespace and the constant
    /// labels of this registry.
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
    /// let families = registry.declarations_of::<Pool>();
    /// assert_eq!(families[0].name(), "db_connections");
    /// assert_eq!(families[0].constant_labels(), [("shard".to_owned(), "7".to_owned())]);
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn declarations_of<S: MetricSet>(&self) -> Vec<DeclaredFamily> {
        let of_registry = || {
            let labels = self.constant_labels();
            labels.map(|(name, value)| (name.to_owned(), value.into_owned()))
        };
        let families = S::SET.all_families().map(|family| {
            let mut declared = DeclaredFamily::of_set(family);
            declared.name = exposed_name(&self.0.namespace, &declared.name);
            declared.constant.splice(0..0, of_registry());
            declared
        });
        families.collect()
    }
}

/// The states of a state set of ours, from the labels of its series: one of another type would have to be asked by its own
/// code.
fn states(entry: &Entry) -> Vec<String> {
    let mut states = Vec::new();
    if entry.descriptor.kind() != Kind::StateSet || entry.read.is_some() {
        return states;
    }
    let label = state_label(&entry.name);
    let _ = entry.metric.read(&mut |point| {
        let mut pairs = point.labels.pairs();
        states.extend(
            pairs
                .find(|(name, _)| *name == label)
                .map(|(_, value)| value.into_owned()),
        );
        ControlFlow::Continue(())
    });
    states
}
