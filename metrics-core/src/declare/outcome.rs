//! How a call ended: the one label that the framework brings along.
//! `#[timed]` fills it in; a label set asks for it by having a field of this type.

use super::Label;

/// How a timed call ended.
///
/// A label set with a field of this type, of any name, has it filled in by `#[timed]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It returned, and not an `Err`.
    Ok,
    /// It returned an `Err`.
    Error,
    /// It panicked.
    Panic,
    /// It was a future that was dropped before it finished.
    Cancelled,
}

impl Label for Outcome {
    const VALUES: &'static [&'static str] = &["ok", "error", "panic", "cancelled"];

    fn index(&self) -> usize {
        *self as usize
    }

    #[inline]
    fn set_outcome(&mut self, outcome: Outcome) {
        *self = outcome;
    }
}
