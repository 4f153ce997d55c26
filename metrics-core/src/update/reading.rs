//! Values that a metric does not keep itself: read from a function of the user, `#[metric(read = …)]`, or computed of
//! other metrics when they are gathered.

use std::fmt;
use std::sync::Arc;

use super::derived::Derivation;
use super::number::Number;
#[cfg(feature = "testing")]
use super::scope::{World, enter};

/// Where the value comes from.
#[derive(Clone, Debug)]
pub(super) enum Reading {
    Function(Function),
    Derived(Arc<Derivation>),
}

/// The function.
#[derive(Clone)]
pub(super) struct Function {
    read: Arc<dyn Fn() -> Number + Send + Sync>,
    /// Where the metric was made: the sets that the function names are those of the same scope.
    #[cfg(feature = "testing")]
    world: Option<World>,
}

impl Reading {
    pub(super) fn new(read: impl Fn() -> Number + Send + Sync + 'static) -> Self {
        Self::Function(Function {
            read: Arc::new(read),
            #[cfg(feature = "testing")]
            world: World::current(),
        })
    }

    pub(super) fn read(&self) -> Number {
        match self {
            Self::Function(function) => function.read(),
            Self::Derived(derivation) => Number::Float(derivation.value()),
        }
    }

    pub(super) fn runs_user_code(&self) -> bool {
        match self {
            Self::Function(_) => true,
            Self::Derived(derivation) => derivation.runs_user_code(),
        }
    }
}

impl Function {
    fn read(&self) -> Number {
        #[cfg(feature = "testing")]
        let _entered = enter(self.world);
        (self.read)()
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Function")
    }
}
