//! Link-time registration of event types: each derived struct enters its own.

use super::EventType;

/// What the derive enters into the program's list of event types.
#[derive(Debug)]
pub struct LinkedEvent(&'static EventType);

inventory::collect!(LinkedEvent);

impl LinkedEvent {
    /// A type that is in the program.
    pub const fn new(event_type: &'static EventType) -> Self {
        Self(event_type)
    }
}

/// Every event type that is linked into the program, by name and then by place, which no linker changes.
///
/// Types of one name stand side by side; see [`EventType`].
pub fn event_types() -> Vec<&'static EventType> {
    let linked = inventory::iter::<LinkedEvent>();
    let mut types: Vec<&'static EventType> = linked.map(|linked| linked.0).collect();
    types.sort_by_key(|of| (of.name(), of.source()));
    types
}
