//! The one instance of a set that a registry has for all who ask: for sets of libraries, which are there when they are
//! used.

use std::sync::Arc;

use super::entry::Owner;
use super::{MetricSet, Registry};

impl Registry {
    /// The instance of `S` that this registry has for all who ask; the first one to ask brings it in.
    ///
    /// For the sets of libraries, which are there when they are used, in the registry that the program chose. As with
    /// sets that the linker brings, nothing is refused: a family whose name clashes with one that the registry has is
    /// hidden, and [`Registry::check`] tells it. Instances of [`MetricSet::register`] are others than this one.
    ///
    /// ```
    /// use metrics_core::{Counter, MetricSet, Registry};
    ///
    /// /// A library's cache.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "cache", register = false)]
    /// struct Cache {
    ///     /// Values found.
    ///     hits: Counter,
    /// }
    ///
    /// let registry = Registry::new();
    /// registry.instance::<Cache>().hits.inc();
    /// registry.instance::<Cache>().hits.inc();
    /// assert!(registry.encode_text().contains("cache_hits_total 2\n"));
    /// ```
    pub fn instance<S: MetricSet>(&self) -> Arc<S> {
        if let Some(there) = find(&self.state().instances) {
            return there;
        }
        let set = Arc::new(S::detached());
        let owner: Owner = Arc::clone(&set) as _;
        let new = self.entries(&set.families(), Some(&owner));
        let mut state = self.state();
        if let Some(faster) = find(&state.instances) {
            // the set may have a destructor of the user's, which is not run under the lock
            drop(state);
            return faster;
        }
        let merged = Self::merged(&state.entries, new);
        state.entries = merged.entries.into();
        let before = state.conflicts.iter().cloned();
        state.conflicts = before.chain(merged.conflicts).collect();
        state.instances.push(owner);
        state.changed();
        drop(state);
        drop(merged.refused);
        set
    }
}

/// The set of this type, if it is among these.
fn find<S: Send + Sync + 'static>(sets: &[Owner]) -> Option<Arc<S>> {
    let mut sets = sets.iter();
    sets.find_map(|set| Arc::clone(set).downcast().ok())
}
