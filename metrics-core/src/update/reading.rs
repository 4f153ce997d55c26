//! Values that are read from a function of the user when they are gathered: `#[metric(read = …)]`.

use std::fmt;
use std::sync::Arc;

use super::number::Number;
#[cfg(feature = "testing")]
use super::scope::{World, enter};

/// The function.
#[derive(Clone)]
pub(super) struct Reading {
    read: Arc<dyn Fn() -> Number + Send + Sync>,
    /// Where the metric was made: the sets that the function names are those of the same scope.
    #[cfg(feature = "testing")]
    world: Option<World>,
}

impl Reading {
    pub(super) fn new(read: impl Fn() -> Number + Send + Sync + 'static) -> Self {
        Self {
            read: Arc::new(read),
            #[cfg(feature = "testing")]
            world: World::current(),
        }
    }

    pub(super) fn read(&self) -> Number {
        #[cfg(feature = "testing")]
        let _entered = enter(self.world);
        (self.read)()
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reading")
    }
}
