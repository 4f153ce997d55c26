//! State sets: which of some states something is in, a series for each of them.

use std::fmt;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::field::{Metric, MetricField};
use super::labels::LabelText;
use super::number::Number;
use super::{Point, Value};
use crate::declare::{Descriptor, Kind, Label, LabelDescriptor};

/// Which state of an enum something is in: a series for each state, 1 for the current one and 0 for the others.
///
/// The enum derives [`Label`](derive@crate::Label). The states are told apart by a label that is called as the family
/// is exposed, as OpenMetrics has it. Before the first [`StateSet::set`] all of them are 0, and so they are in the
/// state `None` of a `StateSet<Option<…>>`. A clone is the same state set; setting it is one store.
///
/// ```
/// use metrics_core::{Label, MetricSet, Registry, StateSet};
///
/// #[derive(Clone, Copy, Label)]
/// enum Phase { Starting, Running, Draining }
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
/// assert_eq!(worker.phase.get(), None);
/// worker.phase.set(Phase::Running);
/// assert_eq!(worker.phase.get(), Some("running"));
/// assert_eq!(registry.encode_text(), "\
/// ## HELP worker_phase What the worker does.
/// ## TYPE worker_phase gauge
/// worker_phase{worker_phase=\"starting\"} 0
/// worker_phase{worker_phase=\"running\"} 1
/// worker_phase{worker_phase=\"draining\"} 0
/// ");
/// # Ok::<(), metrics_core::Error>(())
/// ```
pub struct StateSet<E> {
    current: Arc<Current>,
    descriptor: &'static Descriptor,
    states: PhantomData<fn(E)>,
}

/// The index of the current state, and one past the last before there is one. No reader needs more of the program's
/// memory than this, so it is relaxed, and there is no model of it.
#[derive(Debug)]
struct Current(AtomicUsize);

impl<E: Label> StateSet<E> {
    /// Enters `state`, and leaves the one before.
    #[inline]
    pub fn set(&self, state: E) {
        let place = E::TAKES.place(state.index());
        self.current
            .0
            .store(place.unwrap_or(E::VALUES.len()), Relaxed);
    }

    /// The current state, as its series is labelled; `None` before the first [`StateSet::set`], and where that state is
    /// none.
    pub fn get(&self) -> Option<&'static str> {
        E::VALUES.get(self.current.0.load(Relaxed)).copied()
    }
}

impl<E> Clone for StateSet<E> {
    fn clone(&self) -> Self {
        Self {
            current: Arc::clone(&self.current),
            descriptor: self.descriptor,
            states: PhantomData,
        }
    }
}

/// The label that tells the states apart of what is exposed as `name`: a namespace may have colons, a label may not.
pub(crate) fn state_label(name: &str) -> String {
    name.replace(':', "_")
}

/// A state set under the name by which it is exposed.
struct Exposed {
    current: Arc<Current>,
    values: &'static [&'static str],
    labels: Vec<LabelText>,
}

impl Exposed {
    fn new(current: &Arc<Current>, values: &'static [&'static str], name: &str) -> Self {
        let name = state_label(name);
        let labels = values.iter().map(|value| {
            let mut labels = LabelText::default();
            labels.push(&name, value);
            labels
        });
        Self {
            current: Arc::clone(current),
            values,
            labels: labels.collect(),
        }
    }
}

impl Metric for Exposed {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        // once, so that no two states are current
        let current = self.current.0.load(Relaxed);
        let mut labels = self.labels.iter().enumerate();
        labels.try_for_each(|(index, labels)| {
            let value = Number::Unsigned(u64::from(index == current));
            visit(&Point::new(labels.labels(), Value::Number(value)))
        })
    }

    fn exposed_as(&self, name: &str) -> Option<Arc<dyn Metric>> {
        Some(Arc::new(Self::new(&self.current, self.values, name)))
    }

    fn runs_user_code(&self) -> bool {
        false
    }
}

impl<E: Label + 'static> MetricField for StateSet<E> {
    const KIND: Kind = Kind::StateSet;
    const LABELS: &'static [LabelDescriptor] = &[];

    fn new(descriptor: &'static Descriptor) -> Self {
        Self {
            current: Arc::new(Current(AtomicUsize::new(E::VALUES.len()))),
            descriptor,
            states: PhantomData,
        }
    }

    fn handle(&self) -> Arc<dyn Metric> {
        let name = self.descriptor.name();
        Arc::new(Exposed::new(&self.current, E::VALUES, name))
    }
}

impl<E> fmt::Debug for StateSet<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.descriptor.name();
        f.debug_tuple("StateSet").field(&name).finish()
    }
}
