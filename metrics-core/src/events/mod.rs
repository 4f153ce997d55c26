//! Events: what happens once, told to who listens, with data of its own. A room beside the metrics: nothing here is gathered.
//! The derive writes an `EventType`; `emit` encodes and delivers; a server listens.

mod deliver;
mod encode;
mod event_type;
mod linked;

use serde::Serialize;

pub use deliver::{Event, Listening, listen};
pub use encode::MAX_EVENT_LEN;
pub use event_type::EventType;
pub use linked::{LinkedEvent, event_types};

/// A struct whose values are events of the stream: something that happens, with data of its own.
///
/// It is derived, [`#[derive(StreamEvent)]`](derive@crate::StreamEvent), beside `serde::Serialize`. An event is for people
/// who watch and for programs that react; it is kept nowhere, and who counts declares a
/// [`Counter`](crate::Counter).
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use metrics_core::{StreamEvent, listen};
/// use serde::Serialize;
///
/// #[derive(Serialize, StreamEvent)]
/// #[event("hit")]
/// struct Hit<'a> {
///     proxy: &'a str,
///     status: u16,
/// }
///
/// let heard = Arc::new(Mutex::new(Vec::new()));
/// let sink = Arc::clone(&heard);
/// let listening = listen(
///     [Hit::event_type()],
///     Arc::new(move |event| sink.lock().expect("no panic").push(event.data().to_owned())),
/// );
/// Hit { proxy: "10.0.0.1", status: 200 }.emit();
/// drop(listening);
/// Hit { proxy: "10.0.0.1", status: 404 }.emit();
/// assert_eq!(*heard.lock().expect("no panic"), [r#"{"proxy":"10.0.0.1","status":200}"#]);
/// ```
///
/// In the scope of a test, events are those of the process: a scope has no types of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event of the stream",
    label = "not an event",
    note = "an event is a struct with `#[derive(serde::Serialize, metrics_core::StreamEvent)]`"
)]
pub trait StreamEvent: Serialize {
    /// The type, of which there is one in the process.
    fn event_type() -> &'static EventType;

    /// Tells everyone who listens to this type.
    ///
    /// While nobody does, this is a load and a branch: nothing is encoded, nothing allocated. Else the data is encoded
    /// once, here, and handed to who listens. That takes a lock for the time of counting a reference, no longer; who
    /// listens does not wait either.
    ///
    /// Never panics. An event is rejected, which [`EventType::rejected`] counts, if its `Serialize` fails or panics, if its
    /// data is not a JSON object of at most [`MAX_EVENT_LEN`] bytes, or if it is emitted inside 8 others: by who listens,
    /// or by a `Serialize`.
    #[inline]
    fn emit(&self) {
        let event_type = Self::event_type();
        if event_type.is_listened_to() {
            event_type.publish(self);
        }
    }
}
