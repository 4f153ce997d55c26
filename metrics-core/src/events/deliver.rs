//! From the thread that emits to who listens: an event is encoded once and handed to each sink.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;
use std::time::SystemTime;

use serde::Serialize;

use super::{EventType, encode};
use crate::update::forget_panic;

/// How many emits may run on a thread inside each other. A sink may tell of what it hears with events of its own; one that
/// hears those too must not go on for ever.
const MAX_DEPTH: u8 = 8;

/// What has happened: a type and its data. A clone is cheap.
#[derive(Clone, Debug)]
pub struct Event {
    event_type: &'static EventType,
    data: Arc<str>,
    at: SystemTime,
}

impl Event {
    /// Its type.
    pub fn event_type(&self) -> &'static EventType {
        self.event_type
    }

    /// Its data: one JSON object, of at most [`MAX_EVENT_LEN`](super::MAX_EVENT_LEN) bytes.
    ///
    /// JSON has no number for NaN and the infinities; they are `null`.
    pub fn data(&self) -> &str {
        &self.data
    }

    /// When it was emitted, by a clock that may be set back.
    pub fn at(&self) -> SystemTime {
        self.at
    }
}

/// Hands events of these types to `sink`, for as long as what is returned is kept.
///
/// The sink runs on the threads that emit, on several at once, and they go on when it returns: it is to put the event
/// somewhere and no more. If it panics, the event reaches the others nevertheless. An event that is on its way while the
/// `Listening` is dropped may still arrive.
pub fn listen(
    types: impl IntoIterator<Item = &'static EventType>,
    sink: Arc<dyn Fn(&Event) + Send + Sync>,
) -> Listening {
    let mut listening = Listening {
        types: Vec::new(),
        sink: Arc::new(Sink(sink)),
    };
    for event_type in types {
        let is_known = listening.types.iter().any(|of| ptr::eq(*of, event_type));
        if !is_known {
            event_type.add(&listening.sink);
            listening.types.push(event_type);
        }
    }
    listening
}

/// Somebody listens until this is dropped; see [`listen`].
#[must_use = "nobody listens any more when this is dropped"]
pub struct Listening {
    types: Vec<&'static EventType>,
    sink: Arc<Sink>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        for event_type in &self.types {
            event_type.remove(&self.sink);
        }
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listening").field(&self.types).finish()
    }
}

/// Where events go, once for each `Listening`.
pub(super) struct Sink(Arc<dyn Fn(&Event) + Send + Sync>);

#[cfg(all(test, not(loom)))]
impl Sink {
    pub(super) fn nowhere() -> Self {
        Self(Arc::new(|_| ()))
    }
}

impl EventType {
    /// Encodes and delivers. Kept apart from `emit`, which is inlined wherever an event is emitted.
    #[cold]
    #[inline(never)]
    pub(super) fn publish(&'static self, data: &(impl Serialize + ?Sized)) {
        let Some(_nested) = Nested::enter() else {
            self.reject();
            return;
        };
        let at = SystemTime::now();
        match encode::object(data) {
            Some(data) => self.deliver(&Event {
                event_type: self,
                data,
                at,
            }),
            None => self.reject(),
        }
    }

    fn deliver(&self, event: &Event) {
        // no lock is held while code of others runs
        let sinks = self.sinks();
        for sink in sinks.iter().flat_map(|sinks| sinks.iter()) {
            let ended = catch_unwind(AssertUnwindSafe(|| (sink.0)(event)));
            let _ = ended.map_err(forget_panic);
        }
        // of a sink that was dropped meanwhile this is the last, and what it holds has a destructor
        let ended = catch_unwind(AssertUnwindSafe(move || drop(sinks)));
        let _ = ended.map_err(forget_panic);
    }
}

thread_local! {
    /// How many emits run on this thread, inside each other.
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

/// One emit on this thread.
struct Nested(());

impl Nested {
    fn enter() -> Option<Self> {
        let depth = DEPTH.get();
        (depth < MAX_DEPTH).then(|| {
            DEPTH.set(depth + 1);
            Self(())
        })
    }
}

impl Drop for Nested {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}
