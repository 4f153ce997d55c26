//! Registries: the global one, filled by the linker, and own ones for tests, plug-ins and tenants.
//! A registry holds names and handles; it changes by copy, so that a gather never waits for one.

use std::any::Any;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::conflict::conflict_with;
use super::registration::{linked_families, linked_functions};
use super::{Conflict, Family, gather_foreign};
use crate::Error;
use crate::declare::{Descriptor, Source, is_label_name, is_metric_name};
use crate::update::{
    FUNCTION_CALLS, FUNCTION_DURATION, FunctionCalls, FunctionDurations, LabelText, Metric,
    function_cells,
};

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
pub struct Registry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    namespace: String,
    constant: LabelText,
    /// How often an attached registry panicked while it was gathered.
    attached_panics: AtomicU64,
    state: Mutex<State>,
}

#[derive(Clone, Debug, Default)]
struct State {
    /// Sorted by name.
    entries: Arc<[Entry]>,
    attached: Vec<prometheus::Registry>,
    /// What was kept out; only the linker's families can be, others are refused by an error.
    conflicts: Vec<Conflict>,
}

/// A registered family.
#[derive(Clone)]
pub(crate) struct Entry {
    /// The name, with the registry's namespace.
    pub(crate) name: Box<str>,
    pub(crate) descriptor: &'static Descriptor,
    pub(crate) metric: Arc<dyn Metric>,
    /// The set that the family came with; `None` for what the linker brought.
    owner: Option<Arc<dyn Any + Send + Sync>>,
}

impl Entry {
    pub(crate) fn source(&self) -> Source {
        self.descriptor.source()
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Entry").field(&self.name).finish()
    }
}

/// A registry at one moment, to be walked without a lock.
pub(crate) struct View<'r> {
    pub(crate) namespace: &'r str,
    pub(crate) constant: &'r LabelText,
    pub(crate) entries: Arc<[Entry]>,
    pub(crate) attached: Vec<prometheus::Registry>,
    pub(crate) attached_panics: &'r AtomicU64,
}

impl Registry {
    /// The registry of the process: every linked set and timed function, and what the `prometheus`
    /// crate's default registry holds.
    pub fn global() -> &'static Self {
        static GLOBAL: OnceLock<Registry> = OnceLock::new();
        GLOBAL.get_or_init(|| {
            let registry = Self::new();
            registry.add_linked();
            registry.attach(prometheus::default_registry().clone());
            registry
        })
    }

    /// An empty registry.
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            namespace: String::new(),
            constant: LabelText::default(),
            attached_panics: AtomicU64::new(0),
            state: Mutex::default(),
        }))
    }

    /// An empty registry with a namespace or constant labels.
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder::default()
    }

    /// Exposes beside the own families whatever `attached` holds, now and later.
    ///
    /// Its names are exposed as they are: the namespace is not added, the constant labels are.
    pub fn attach(&self, attached: prometheus::Registry) {
        self.state().attached.push(attached);
    }

    /// Takes out a set that [`MetricSet::register`](crate::MetricSet::register) put in.
    ///
    /// Returns whether it was in. The next gather no longer has it; updates of the set still work.
    pub fn unregister<S: Send + Sync + 'static>(&self, set: &Arc<S>) -> bool {
        let mut state = self.state();
        let of_set = |entry: &Entry| {
            let owner = entry.owner.as_ref();
            owner.is_some_and(|owner| std::ptr::addr_eq(Arc::as_ptr(owner), Arc::as_ptr(set)))
        };
        let before = state.entries.len();
        state.entries = state
            .entries
            .iter()
            .filter(|e| !of_set(e))
            .cloned()
            .collect();
        state.entries.len() < before
    }

    /// Whether everything that was declared is exposed.
    ///
    /// # Errors
    ///
    /// [`Error::Conflicts`] with every clash: of linked sets with each other, and of own families with
    /// those of attached `prometheus` registries as they are now. Of two that clash, the first is exposed.
    pub fn check(&self) -> Result<(), Error> {
        let view = self.view();
        let mut conflicts = self.state().conflicts.clone();
        for (_, family) in gather_foreign(&view) {
            let own = view
                .entries
                .iter()
                .find(|entry| *entry.name == *family.name());
            conflicts.extend(own.map(|entry| Conflict::Attached {
                name: entry.name.to_string(),
                declared: entry.source(),
            }));
        }
        Error::from_conflicts(conflicts)
    }

    /// Registers all of `families`, or none.
    pub(super) fn add<S: Send + Sync + 'static>(
        &self,
        families: Vec<Family>,
        owner: &Arc<S>,
    ) -> Result<(), Error> {
        let owner: Arc<dyn Any + Send + Sync> = Arc::clone(owner) as _;
        let mut state = self.state();
        let (entries, conflicts) = self.merged(&state.entries, families, Some(&owner));
        Error::from_conflicts(conflicts)?;
        state.entries = entries.into();
        Ok(())
    }

    /// Registers what the linker brought, except what clashes.
    fn add_linked(&self) {
        let mut families = linked_families();
        let functions = function_cells(&linked_functions());
        if !functions.is_empty() {
            families.push(Family {
                descriptor: &FUNCTION_CALLS,
                metric: Arc::new(FunctionCalls(functions.clone())),
            });
            families.push(Family {
                descriptor: &FUNCTION_DURATION,
                metric: Arc::new(FunctionDurations(functions)),
            });
        }
        let mut state = self.state();
        let (entries, conflicts) = self.merged(&state.entries, families, None);
        state.entries = entries.into();
        state.conflicts = conflicts;
    }

    fn merged(
        &self,
        old: &[Entry],
        families: Vec<Family>,
        owner: Option<&Arc<dyn Any + Send + Sync>>,
    ) -> (Vec<Entry>, Vec<Conflict>) {
        let mut entries = old.to_vec();
        let mut conflicts = Vec::new();
        for Family { descriptor, metric } in families {
            let new = Entry {
                name: self.exposed(descriptor.name()),
                descriptor,
                metric,
                owner: owner.cloned(),
            };
            let labels = conflicts.len();
            conflicts.extend(self.label_conflicts(&new));
            conflicts.extend(conflict_with(&entries, &new));
            if conflicts.len() == labels {
                let index = entries.partition_point(|entry| entry.name < new.name);
                entries.insert(index, new);
            }
        }
        (entries, conflicts)
    }

    fn label_conflicts(&self, entry: &Entry) -> impl Iterator<Item = Conflict> {
        let constant = self.0.constant.labels().pairs();
        constant.filter_map(move |(name, _)| {
            let mut own = entry.descriptor.labels().iter();
            own.any(|label| label.name == name)
                .then(|| Conflict::ConstantLabel {
                    name: entry.name.to_string(),
                    label: name.to_owned(),
                    family: entry.source(),
                })
        })
    }

    fn exposed(&self, name: &str) -> Box<str> {
        if self.0.namespace.is_empty() {
            name.into()
        } else {
            format!("{}_{name}", self.0.namespace).into()
        }
    }

    pub(crate) fn view(&self) -> View<'_> {
        let state = self.state();
        View {
            namespace: &self.0.namespace,
            constant: &self.0.constant,
            entries: Arc::clone(&state.entries),
            attached: state.attached.clone(),
            attached_panics: &self.0.attached_panics,
        }
    }

    /// No code of users runs under this lock, and every change is a single assignment: a panic elsewhere
    /// cannot leave it half-changed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
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
    #[must_use]
    pub fn constant_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.constant.push((name.into(), value.into()));
        self
    }

    /// The registry.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] if the namespace or a label name breaks the rules of the text format, or if a
    /// label is given twice.
    pub fn build(self) -> Result<Registry, Error> {
        if !self.namespace.is_empty() && !is_metric_name(&self.namespace) {
            return Err(Error::InvalidName {
                what: "namespace",
                name: self.namespace,
            });
        }
        let mut constant = LabelText::default();
        for (index, (name, value)) in self.constant.iter().enumerate() {
            let what = if self.constant[..index]
                .iter()
                .any(|(earlier, _)| earlier == name)
            {
                "second constant label of the same name"
            } else if !is_label_name(name) || name == "le" || name == "quantile" {
                "constant label"
            } else {
                constant.push(name, value);
                continue;
            };
            let name = name.clone();
            return Err(Error::InvalidName { what, name });
        }
        Ok(Registry(Arc::new(Inner {
            namespace: self.namespace,
            constant,
            attached_panics: AtomicU64::new(0),
            state: Mutex::default(),
        })))
    }
}
