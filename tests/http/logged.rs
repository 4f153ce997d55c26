//! What the server said to whoever runs it, since a test asked for it first: in one place for all tests of this process, which
//! has one subscriber. A line that is looked for has an address of the test's own.

use std::fmt::{Debug, Write};
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

static LINES: Mutex<Vec<(Level, String)>> = Mutex::new(Vec::new());

/// From here on lines are kept.
pub(crate) fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(Lines).expect("no other subscriber");
    });
}

/// The warnings that have this text.
pub(crate) fn warnings(with: &str) -> Vec<String> {
    lines(Level::WARN, with)
}

/// The same of what is said to who debugs.
pub(crate) fn debugs(with: &str) -> Vec<String> {
    lines(Level::DEBUG, with)
}

fn lines(of: Level, with: &str) -> Vec<String> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let lines = lines.iter().filter(|(level, _)| *level == of);
    let lines = lines.map(|(_, line)| line.clone());
    lines.filter(|line| line.contains(with)).collect()
}

struct Lines;

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("metrics_server")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        let line = (*event.metadata().level(), message.0);
        LINES
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        // a String takes everything
        let _ = write!(self.0, "{value:?} ");
    }
}
