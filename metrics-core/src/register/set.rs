//! Sets: structs of metrics that are registered together. The derive implements the trait.

use std::sync::Arc;

use super::Registry;
use crate::Error;
use crate::declare::{Descriptor, SetDescriptor, SetFamily};
use crate::update::Metric;

/// One family of a set: what is known of it, and what it is read from.
#[derive(Clone)]
pub struct Family {
    declared: SetFamily,
    metric: Arc<dyn Metric>,
}

impl Family {
    /// The families of an instance of `set`: `own` is what its own families are read from, and `nested` has those of
    /// each set that it holds, all in the order of the fields.
    ///
    /// This is what [`MetricSet::families`] returns.
    pub fn of_set(set: SetDescriptor, own: &[Arc<dyn Metric>], nested: &[Vec<Self>]) -> Vec<Self> {
        let nested = nested.iter().flatten().map(|family| &family.metric);
        let metrics = own.iter().chain(nested).map(Arc::clone);
        let families = set.all_families().zip(metrics);
        families
            .map(|(declared, metric)| Self { declared, metric })
            .collect()
    }

    /// A family of no set.
    pub(super) fn alone(descriptor: &'static Descriptor, metric: Arc<dyn Metric>) -> Self {
        Self {
            declared: SetFamily::alone(descriptor),
            metric,
        }
    }

    /// What was declared, as it stands in the set.
    pub fn declared(&self) -> &SetFamily {
        &self.declared
    }

    /// What it is read from.
    pub fn metric(&self) -> &Arc<dyn Metric> {
        &self.metric
    }
}

impl std::fmt::Debug for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Family")
            .field(&self.declared.name())
            .finish()
    }
}

/// A struct of metrics, registered together: `#[derive(MetricSet)]`.
///
/// A derived set without `register = false` is registered in [`Registry::global`] by being linked, and
/// has `Set::global()`, the instance that is registered there.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of metrics",
    label = "not a metric set",
    note = "derive it: `#[derive(MetricSet)]` on a struct whose fields are metrics",
    note = "`#[metric(flatten)]` is for fields that are sets; a field that is a metric does without"
)]
pub trait MetricSet: Sized + Send + Sync + 'static {
    /// What is known of the set, and of its families, while compiling.
    const SET: SetDescriptor;

    /// An instance that no registry knows.
    fn detached() -> Self;

    /// The families of this instance, those of nested sets among them: [`Family::of_set`].
    fn families(&self) -> Vec<Family>;

    /// Makes an instance and registers it in `registry`, where [`Registry::unregister`] takes it out again.
    ///
    /// The registry keeps the instance alive. Keep what this returns, if the set is to be taken out one day: nothing else
    /// tells it from others.
    ///
    /// # Errors
    ///
    /// [`Error::Conflicts`] if a name clashes with one that the registry has; then nothing is registered.
    fn register(registry: &Registry) -> Result<Arc<Self>, Error> {
        let set = Arc::new(Self::detached());
        registry.add(set.families(), &set)?;
        Ok(set)
    }
}
