//! Values that are read from a function of the user when they are gathered: `#[metric(read = …)]`.

use std::fmt;
use std::sync::Arc;

use super::number::Number;

/// The function.
#[derive(Clone)]
pub(super) struct Reading(Arc<dyn Fn() -> Number + Send + Sync>);

impl Reading {
    pub(super) fn new(read: impl Fn() -> Number + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    pub(super) fn read(&self) -> Number {
        (self.0)()
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reading")
    }
}
