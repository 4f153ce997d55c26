//! An event's data as JSON, whatever its `Serialize` does: it may fail, panic, or write without end.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::Serialize;
use serde::de::IgnoredAny;

use crate::update::forget_panic;

/// The longest data of an event, in bytes of JSON; a longer one is rejected.
///
/// Everyone who listens is sent a copy. So much is what the stream takes from a client in one message, too.
pub const MAX_EVENT_LEN: usize = 64 * 1024;

/// `data` as a JSON object; `None` if it is none, or too long. What serializes as `null`, as a struct without fields
/// does, is the empty object.
pub(super) fn object(data: &(impl Serialize + ?Sized)) -> Option<Arc<str>> {
    let mut written = Bounded::default();
    // whatever a panic leaves half-done belongs to the user's code
    let ended = catch_unwind(AssertUnwindSafe(|| {
        serde_json::to_writer(&mut written, data).is_ok()
    }));
    let is_whole = ended.unwrap_or_else(|panic| {
        forget_panic(panic);
        false
    });
    if !is_whole || written.is_full {
        return None;
    }
    let text = String::from_utf8(written.bytes).ok()?;
    if text == "null" {
        return Some("{}".into());
    }
    // a `Serialize` that goes on after an error leaves what is no JSON, and every client would stumble over it
    let is_object = text.starts_with('{') && serde_json::from_str::<IgnoredAny>(&text).is_ok();
    is_object.then(|| text.into())
}

/// As many bytes as an event may have. Once it is full it stays so.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_full |= bytes.len() > MAX_EVENT_LEN - self.bytes.len();
        if self.is_full {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
