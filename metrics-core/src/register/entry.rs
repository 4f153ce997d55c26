//! A family as a registry holds it: named, with its constant labels rendered, once, when it is registered.

use std::any::Any;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::conflict::{Claim, Place};
use super::contain::{Home, Job};
use super::{Conflict, Family};
use crate::declare::{Descriptor, Kind, SetFamily, Source};
use crate::update::{KeptPoint, LabelText, Labels, Metric, forget_panic, state_label};

/// A set that families came with, whatever its type.
pub(super) type Owner = Arc<dyn Any + Send + Sync>;

/// A registered family.
#[derive(Clone)]
pub(crate) struct Entry {
    /// The name, with the registry's namespace.
    pub(crate) name: Box<str>,
    pub(crate) descriptor: &'static Descriptor,
    /// The same as it stands in its sets.
    pub(crate) declared: Arc<SetFamily>,
    pub(crate) metric: Arc<dyn Metric>,
    /// The constant labels of the registry and of the sets around the family; `None` if those have none.
    constant: Option<Arc<LabelText>>,
    /// Reads the metric, if that runs code of users.
    pub(super) read: Option<Arc<Job<Vec<KeptPoint>>>>,
    /// The set that the family came with; `None` for what the linker brought.
    owner: Option<Owner>,
}

impl Entry {
    /// `family` under `name`, in a registry with these constant labels.
    pub(super) fn new(
        family: &Family,
        name: String,
        constant: &LabelText,
        owner: Option<&Owner>,
        home: Home,
    ) -> Self {
        let declared = family.declared();
        let mut all = constant.clone();
        for (name, value) in declared.labels() {
            all.push(name, value);
        }
        let metric = family.metric().exposed_as(&name);
        let metric = metric.unwrap_or_else(|| Arc::clone(family.metric()));
        Self {
            read: metric.runs_user_code().then(|| reading(&metric, home)),
            metric,
            name: name.into(),
            descriptor: declared.descriptor(),
            declared: Arc::new(declared.clone()),
            constant: declared.labels().next().map(|_| Arc::new(all)),
            owner: owner.cloned(),
        }
    }

    pub(super) fn claim(&self) -> Claim<'_> {
        Claim {
            name: &self.name,
            kind: self.descriptor.kind(),
            place: Place::Declared(self.descriptor.source()),
        }
    }

    /// The constant labels, where `of_registry` are those of the registry.
    pub(crate) fn constant<'e>(&'e self, of_registry: &'e LabelText) -> Labels<'e> {
        self.constant.as_deref().unwrap_or(of_registry).labels()
    }

    /// What the metric tells beside its series. It is asked where the series are shown, and on another thread's time: a
    /// panic is counted as one of reading it.
    pub(super) fn ask<T>(&self, ask: impl FnOnce(&dyn Metric) -> T) -> Option<T> {
        let told = catch_unwind(AssertUnwindSafe(|| ask(&*self.metric)));
        let told = told.map_err(|panic| {
            if let Some(read) = &self.read {
                read.count_panic();
            }
            forget_panic(panic);
        });
        told.ok()
    }

    /// Whether it came with the set at this address.
    pub(super) fn is_of<S>(&self, set: *const S) -> bool {
        let owner = self.owner.as_ref();
        owner.is_some_and(|owner| std::ptr::addr_eq(Arc::as_ptr(owner), set))
    }
}

/// What was read before a panic stands: encoders write whole series.
fn reading(metric: &Arc<dyn Metric>, home: Home) -> Arc<Job<Vec<KeptPoint>>> {
    let metric = Arc::clone(metric);
    Job::new(home, move |points: &mut Vec<KeptPoint>| {
        let _ = metric.read(&mut |point| {
            points.push(KeptPoint::of(point));
            ControlFlow::Continue(())
        });
    })
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Entry").field(&self.name).finish()
    }
}

/// The labels that a family, called `name`, has and that are constant labels too: of the registry, or of a set. Of the
/// latter only the label of a state set is compared here, for it hangs on the namespace; the others the compiler knew.
pub(super) fn label_conflicts(family: &Family, name: &str, constant: &LabelText) -> Vec<Conflict> {
    let declared = family.declared();
    let descriptor = declared.descriptor();
    let state = (descriptor.kind() == Kind::StateSet).then(|| state_label(name));
    let place_of = |label: &str| -> Option<Source> {
        let own = descriptor.labels().iter().any(|own| own.name == label);
        if own || state.as_deref() == Some(label) {
            return Some(descriptor.source());
        }
        let has = |labels: &[(&str, &str)]| labels.iter().any(|(own, _)| *own == label);
        let set = declared.sets().find(|set| has(set.labels))?;
        Some(set.source)
    };
    let constant = constant.labels().pairs();
    let of_sets = declared.labels().map(|(label, _)| label);
    let of_sets = of_sets.filter(|label| state.as_deref() == Some(label));
    let labels = constant.map(|(label, _)| label).chain(of_sets);
    labels
        .filter_map(|label| {
            Some(Conflict::ConstantLabel {
                name: name.to_owned(),
                label: label.to_owned(),
                declared: place_of(label)?,
            })
        })
        .collect()
}
