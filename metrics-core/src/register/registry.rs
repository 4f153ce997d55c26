//! Registries: the global one, filled by the linker, and own ones for tests, plug-ins and tenants.
//! A registry holds names and handles; it changes by copy, so that a gather never waits for one.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::conflict::{Claim, Place, conflict};
use super::contain::Home;
use super::entry::{Entry, Owner, label_conflicts};
use super::fork;
use super::guest::Guest;
use super::registration::{linked_families, linked_functions};
use super::trouble::RESERVED;
use super::view::{Order, Stamp};
use super::{Conflict, Family};
use crate::Error;
use crate::declare::{is_label_name, is_metric_name};
use crate::update::{LabelText, Mark, function_families};
#[cfg(feature = "testing")]
use crate::update::{World, enter};

/// The metrics of a process, or of a part of it that is exposed on its own.
///
/// A clone is the same registry.
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
/// let registry = Registry::builder()
///     .namespace("db")
///     .constant_label("shard", "7")
///     .build()?;
/// let pool = Pool::register(&registry)?;
/// pool.connections.set(3);
/// assert!(registry.encode_text().contains("db_connections{shard=\"7\"} 3\n"));
///
/// registry.unregister(&pool);
/// assert_eq!(registry.encode_text(), "");
/// # Ok::<(), metrics_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Registry(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) namespace: String,
    pub(super) constant: Arc<LabelText>,
    pub(super) home: Home,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    /// Sorted by name.
    pub(super) entries: Arc<[Entry]>,
    /// What else is exposed, in the order in which it came.
    pub(super) guests: Arc<[Guest]>,
    /// Sets that were asked for with [`Registry::instance`], one of a type.
    pub(super) instances: Vec<Owner>,
    /// What was kept out; only families of the linker and of instances can be, others are refused by an error.
    pub(super) conflicts: Arc<[Conflict]>,
    /// Another with each change, and not that of another registry.
    pub(super) stamp: Stamp,
    /// The order of all families, where there are attached registries of ours.
    pub(super) order: Option<Arc<Order>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            entries: Arc::default(),
            guests: Arc::default(),
            instances: Vec::new(),
            conflicts: Arc::default(),
            stamp: Stamp::new(),
            order: None,
        }
    }
}

pub(super) fn exposed_name(namespace: &str, name: &str) -> String {
    if namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}_{name}")
    }
}

impl Registry {
    /// The registry of the process: every linked set and timed function, and what the `prometheus`
    /// crate's default registry holds. In the scope of a test (feature `testing`) it is the registry of the scope.
    pub fn global() -> &'static Self {
        static GLOBAL: OnceLock<Registry> = OnceLock::new();
        #[cfg(feature = "testing")]
        if let Some(world) = World::current() {
            return Self::of_world(world);
        }
        GLOBAL.get_or_init(|| {
            let registry = Self::new();
            registry.add_linked();
            registry.attach_default();
            registry
        })
    }

    /// The registry of a test's scope. The default registry of the `prometheus` crate is not in it: that one counts
    /// for the whole process.
    #[cfg(feature = "testing")]
    pub(crate) fn of_world(world: World) -> &'static Self {
        // the linked sets are to be those of the scope
        let _entered = enter(Some(world));
        world.the(|| {
            let registry = Self::new();
            registry.add_linked();
            registry
        })
    }

    /// An empty registry.
    pub fn new() -> Self {
        Self::named(String::new(), LabelText::default())
    }

    fn named(namespace: String, constant: LabelText) -> Self {
        let inner = Arc::new(Inner {
            namespace,
            constant: Arc::new(constant),
            home: Home::here(),
            state: Mutex::default(),
        });
        fork::note(Arc::downgrade(&inner));
        Self(inner)
    }

    /// An empty registry with a namespace or constant labels.
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder::default()
    }

    /// The constant labels that it was built with, names and values.
    ///
    /// ```
    /// use metrics_core::Registry;
    ///
    /// let registry = Registry::builder().constant_label("shard", "7").build()?;
    /// let labels: Vec<_> = registry.constant_labels().collect();
    /// assert_eq!(labels, [("shard", "7".into())]);
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn constant_labels(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.0.constant.labels().pairs()
    }

    /// Takes out a set that [`MetricSet::register`](crate::MetricSet::register) put in.
    ///
    /// Returns whether it was in. The next gather no longer has it; updates of the set still work.
    pub fn unregister<S: Send + Sync + 'static>(&self, set: &Arc<S>) -> bool {
        let mut state = self.state();
        let of_set = |entry: &Entry| entry.is_of(Arc::as_ptr(set));
        let kept: Arc<[Entry]> = state
            .entries
            .iter()
            .filter(|e| !of_set(e))
            .cloned()
            .collect();
        let before = std::mem::replace(&mut state.entries, kept);
        let was_in = state.entries.len() < before.len();
        let is_set = |owner: &Owner| std::ptr::addr_eq(Arc::as_ptr(owner), Arc::as_ptr(set));
        state.instances.retain(|owner| !is_set(owner));
        state.changed();
        // the set may have a destructor of the user's, which is not run under the lock
        drop(state);
        was_in
    }

    /// A moment, to be taken before a gather whose result somebody gets who keeps it: a scrape.
    ///
    /// A series that was removed is still shown, so that what it counted last is not lost. Once a gather that began after
    /// the mark has been delivered as a whole, [`Registry::delivered`] lets what had been removed before the mark go. Of
    /// several scrapers, the first counts.
    ///
    /// ```
    /// use metrics_core::{Counter, LabelSet, MetricSet, Registry};
    ///
    /// #[derive(Clone, Copy, LabelSet)]
    /// struct ByJob { #[label(open, max = 100)] job: u32 }
    ///
    /// /// Jobs.
    /// #[derive(MetricSet)]
    /// #[metrics(register = false)]
    /// struct Jobs {
    ///     /// Steps done.
    ///     steps: Counter<ByJob>,
    /// }
    ///
    /// let registry = Registry::new();
    /// let jobs = Jobs::register(&registry)?;
    /// jobs.steps.with(ByJob { job: 7 }).inc_by(3);
    /// jobs.steps.remove(ByJob { job: 7 });
    ///
    /// let mark = registry.mark();
    /// assert!(registry.encode_text().contains("steps_total{job=\"7\"} 3\n"));
    /// registry.delivered(mark);
    /// assert!(!registry.encode_text().contains("steps_total{"));
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn mark(&self) -> Mark {
        Mark::now()
    }

    /// A gather that began after `mark` has been delivered, with all its families and series: those that had been
    /// removed before the mark are not shown any more, in this registry and in those of ours that are attached to it. See
    /// [`Registry::mark`].
    pub fn delivered(&self, mark: Mark) {
        let views = self.views();
        for entry in views.iter().flat_map(|view| view.entries.iter()) {
            entry.ask(|metric| metric.delivered(mark));
        }
    }

    /// Registers all of `families`, or none.
    pub(super) fn add<S: Send + Sync + 'static>(
        &self,
        families: Vec<Family>,
        owner: &Arc<S>,
    ) -> Result<(), Error> {
        let owner: Owner = Arc::clone(owner) as _;
        let new = self.entries(&families, Some(&owner));
        let mut state = self.state();
        let merged = Self::merged(&state.entries, new);
        if merged.conflicts.is_empty() {
            state.entries = merged.entries.into();
            state.changed();
            return Ok(());
        }
        // what was not taken may have a destructor of the user's, which is not run under the lock
        drop(state);
        Err(Error::Conflicts(merged.conflicts))
    }

    /// Registers what the linker brought, except what clashes.
    fn add_linked(&self) {
        let mut families = linked_families();
        let functions = function_families(&linked_functions()).into_iter();
        families.extend(functions.map(|(descriptor, metric)| Family::alone(descriptor, metric)));
        let new = self.entries(&families, None);
        let mut state = self.state();
        let merged = Self::merged(&state.entries, new);
        state.entries = merged.entries.into();
        state.conflicts = merged.conflicts.into();
        state.changed();
        drop(state);
        drop(merged.refused);
    }

    /// What `families` become in this registry, each with what its labels clash with. Code of users may run in here.
    pub(super) fn entries(
        &self,
        families: &[Family],
        owner: Option<&Owner>,
    ) -> Vec<(Entry, Vec<Conflict>)> {
        let constant = &self.0.constant;
        let home = self.0.home.or_here();
        let families = families.iter();
        families
            .map(|family| {
                let name = exposed_name(&self.0.namespace, family.declared().name());
                let conflicts = label_conflicts(family, &name, constant);
                (Entry::new(family, name, constant, owner, home), conflicts)
            })
            .collect()
    }

    pub(super) fn merged(old: &[Entry], new: Vec<(Entry, Vec<Conflict>)>) -> Merged {
        let mut entries = old.to_vec();
        let (mut conflicts, mut refused) = (Vec::new(), Vec::new());
        for (new, label_conflicts) in new {
            let before = conflicts.len();
            conflicts.extend(label_conflicts);
            conflicts.extend(Self::name_conflict(&entries, &new));
            if conflicts.len() == before {
                let index = entries.partition_point(|entry| entry.name < new.name);
                entries.insert(index, new);
            } else {
                refused.push(new);
            }
        }
        Merged {
            entries,
            conflicts,
            refused,
        }
    }

    fn name_conflict(entries: &[Entry], new: &Entry) -> Option<Conflict> {
        conflict(new.claim(), |name| {
            if let Some(own) = RESERVED.iter().find(|own| own.name() == name) {
                return Some(Claim {
                    name: own.name(),
                    kind: own.kind(),
                    place: Place::Declared(own.source()),
                });
            }
            let index = entries
                .binary_search_by(|entry| (*entry.name).cmp(name))
                .ok()?;
            entries.get(index).map(Entry::claim)
        })
    }

    /// No code of users runs under this lock, and every change is a single assignment: a panic elsewhere
    /// cannot leave it half-changed.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Entries, and others beside them that came.
pub(super) struct Merged {
    /// Those that do not clash, sorted by name.
    pub(super) entries: Vec<Entry>,
    pub(super) conflicts: Vec<Conflict>,
    /// What clashes. It may have a destructor of the user's, which is not to be run under a lock.
    pub(super) refused: Vec<Entry>,
}

impl State {
    /// To be called with every change, under the same lock.
    pub(super) fn changed(&mut self) {
        self.stamp = Stamp::new();
        self.order = None;
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

/// Builds a [`Registry`] with a namespace or constant labels; from [`Registry::builder`].
#[derive(Clone, Debug, Default)]
pub struct RegistryBuilder {
    namespace: String,
    constant: Vec<(String, String)>,
}

impl RegistryBuilder {
    /// Puts `namespace_` before every name of the registry.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Gives every series of the registry one more label.
    ///
    /// A set with a label of this name cannot be registered; a series of an attached registry keeps its own. An empty
    /// value is the same as no label.
    #[must_use]
    pub fn constant_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.constant.push((name.into(), value.into()));
        self
    }

    /// The registry.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`], [`Error::ReservedLabel`] or [`Error::RepeatedLabel`] for a namespace or a constant
    /// label that the text format does not have.
    pub fn build(self) -> Result<Registry, Error> {
        if !self.namespace.is_empty() && !is_metric_name(&self.namespace) {
            return Err(Error::InvalidName {
                what: "namespace",
                name: self.namespace,
            });
        }
        let mut constant = LabelText::default();
        for (index, (name, value)) in self.constant.iter().enumerate() {
            let mut earlier = self.constant.iter().take(index);
            check_label(name, earlier.any(|(earlier, _)| earlier == name))?;
            if !value.is_empty() {
                constant.push(name, value);
            }
        }
        Ok(Registry::named(self.namespace, constant))
    }
}

/// Whether a constant label may have this name, which may be `repeated`.
fn check_label(name: &str, repeated: bool) -> Result<(), Error> {
    let name = name.to_owned();
    if !is_label_name(&name) {
        Err(Error::InvalidName {
            what: "constant label",
            name,
        })
    } else if name.starts_with("__") || name == "le" || name == "quantile" {
        Err(Error::ReservedLabel { name })
    } else if repeated {
        Err(Error::RepeatedLabel { name })
    } else {
        Ok(())
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::update::poison;

    #[test]
    fn a_poisoned_lock_is_locked() {
        let registry = Registry::new();
        poison(&registry.0.state);
        registry.add_collector("late", || ());
        assert_eq!(registry.check(), Ok(()));
        let text = registry.encode_text();
        assert!(
            text.contains("metrics_collector_panics_total{collector=\"late\"} 0\n"),
            "{text}"
        );
    }
}
