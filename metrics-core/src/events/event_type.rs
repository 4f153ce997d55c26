//! A type of events: its name and place, and who listens to it. One static for each derived struct.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::deliver::Sink;
use crate::declare::Source;

/// A type of events, which a derived struct has.
///
/// Types of one name, from several crates or twice in one, are one type to whoever is sent them.
pub struct EventType {
    name: &'static str,
    source: Source,
    /// How many sinks there are. Written under their lock; it orders nothing, as a sink is found under the lock too, so
    /// there is no model of it.
    listeners: AtomicUsize,
    rejected: AtomicU64,
    /// Replaced, not changed, so that the lock is held for the time of counting a reference. `None` is no sink.
    sinks: Mutex<Option<Arc<[Arc<Sink>]>>>,
}

impl EventType {
    /// A type that nobody listens to yet; for expansions, which have checked the name.
    #[doc(hidden)]
    pub const fn new(name: &'static str, source: Source) -> Self {
        Self {
            name,
            source,
            listeners: AtomicUsize::new(0),
            rejected: AtomicU64::new(0),
            sinks: Mutex::new(None),
        }
    }

    /// The name, without the `metrics:` of the stream: `hit`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Where the struct is declared.
    pub const fn source(&self) -> Source {
        self.source
    }

    /// Whether an event of this type would reach anybody.
    ///
    /// ```
    /// use metrics_core::StreamEvent;
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize, StreamEvent)]
    /// struct Report {
    ///     lines: Vec<String>,
    /// }
    ///
    /// // what is dear to find out is not found out for nobody
    /// if Report::event_type().is_listened_to() {
    ///     Report { lines: vec!["…".to_owned()] }.emit();
    /// }
    /// assert!(!Report::event_type().is_listened_to());
    /// ```
    #[inline]
    pub fn is_listened_to(&self) -> bool {
        self.listeners.load(Relaxed) != 0
    }

    /// How many events of this type were passed on to nobody though somebody listened: those that could not be
    /// encoded, and those emitted too deep in others.
    pub fn rejected(&self) -> u64 {
        self.rejected.load(Relaxed)
    }

    pub(super) fn reject(&self) {
        self.rejected.fetch_add(1, Relaxed);
    }

    pub(super) fn sinks(&self) -> Option<Arc<[Arc<Sink>]>> {
        self.lock().clone()
    }

    pub(super) fn add(&self, sink: &Arc<Sink>) {
        self.replace(|sinks| sinks.push(Arc::clone(sink)));
    }

    pub(super) fn remove(&self, sink: &Arc<Sink>) {
        self.replace(|sinks| sinks.retain(|other| !Arc::ptr_eq(other, sink)));
    }

    fn replace(&self, change: impl FnOnce(&mut Vec<Arc<Sink>>)) {
        let mut current = self.lock();
        let mut sinks = current.as_deref().map_or_else(Vec::new, <[_]>::to_vec);
        change(&mut sinks);
        self.listeners.store(sinks.len(), Relaxed);
        let new = (!sinks.is_empty()).then(|| sinks.into());
        let old = std::mem::replace(&mut *current, new);
        drop(current);
        // not under the lock: the last of a sink is code of whoever listened
        drop(old);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<[Arc<Sink>]>>> {
        self.sinks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventType")
            .field("name", &self.name)
            .field("source", &self.source)
            .field("is_listened_to", &self.is_listened_to())
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::update::poison;

    #[test]
    fn a_poisoned_lock_is_locked() {
        let source = Source {
            file: file!(),
            line: line!(),
            package: env!("CARGO_PKG_NAME"),
            module: module_path!(),
        };
        let event_type = EventType::new("hit", source);
        poison(&event_type.sinks);
        let sink = Arc::new(Sink::nowhere());
        event_type.add(&sink);
        assert!(event_type.is_listened_to() && event_type.sinks().is_some());
        event_type.remove(&sink);
        assert!(event_type.sinks().is_none());
    }
}
