//! Sets: structs of metrics that are registered together. The derive implements the trait.

use std::sync::Arc;

use super::Registry;
use crate::Error;
use crate::declare::{Descriptor, SetDescriptor};
use crate::update::Metric;

/// One family of a set: what is known of it, and what it is read from.
#[derive(Clone)]
pub struct Family {
    /// What was declared.
    pub descriptor: &'static Descriptor,
    /// What it is read from.
    pub metric: Arc<dyn Metric>,
}

impl std::fmt::Debug for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Family")
            .field(&self.descriptor.name())
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
    note = "derive it: `#[derive(MetricSet)]` on a struct whose fields are metrics"
)]
pub trait MetricSet: Sized + Send + Sync + 'static {
    /// What is known of the set while compiling.
    const SET: SetDescriptor;

    /// What is known of its families, in the order of the fields.
    const FAMILIES: &'static [Descriptor];

    /// An instance that no registry knows.
    fn detached() -> Self;

    /// The families of this instance.
    fn families(&self) -> Vec<Family>;

    /// Makes an instance and registers it in `registry`, where [`Registry::unregister`] takes it out again.
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
