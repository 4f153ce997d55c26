//! Values that are read from a function of the user when they are gathered: `#[metric(read = …)]`.

use std::ops::ControlFlow;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::Value;
use super::labels::Labels;
use super::number::Number;

/// The function, and how often it panicked.
#[derive(Debug)]
pub(super) struct Reading {
    read: fn() -> Number,
    panics: AtomicU64,
}

impl Reading {
    pub(super) fn new(read: fn() -> Number) -> Self {
        Self {
            read,
            panics: AtomicU64::new(0),
        }
    }

    /// Shows the value; a function that panics leaves its series out of this gather.
    pub(super) fn show(
        &self,
        visit: &mut dyn FnMut(Labels<'_>, Value<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if let Ok(number) = catch_unwind(self.read) {
            return visit(Labels::NONE, Value::Number(number));
        }
        self.panics.fetch_add(1, Relaxed);
        ControlFlow::Continue(())
    }

    pub(super) fn panics(&self) -> u64 {
        self.panics.load(Relaxed)
    }
}
