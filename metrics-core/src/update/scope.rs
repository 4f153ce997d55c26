//! Where this thread's code counts, if not in the process: the world of a test. Only with the feature `testing`.
//!
//! A world knows nothing of what is in it: it keeps one value of each type, made when it is first asked for. So every
//! room asks for its own (`private` for a set, `timed` for a function, `clock` for the time, `register` for the
//! registry), and `testing`, which may import them all, makes worlds and enters them.

use std::any::{Any, TypeId};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::{Mutex, OnceLock, PoisonError};

thread_local! {
    static CURRENT: Cell<Option<World>> = const { Cell::new(None) };
}

/// One value of each type. It is never freed, because what it stands in for is `&'static`.
#[derive(Clone, Copy)]
pub(crate) struct World(&'static Values);

/// Each is a `OnceLock` of its type, so that no lock is held while a value is made, which may ask for others.
type Values = Mutex<BTreeMap<TypeId, &'static (dyn Any + Send + Sync)>>;

impl World {
    pub(crate) fn new() -> Self {
        Self(Box::leak(Box::default()))
    }

    /// The world that this thread has entered last, and not left.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.get()
    }

    /// The value of type `T`.
    pub(crate) fn the<T: Send + Sync + 'static>(self, make: impl FnOnce() -> T) -> &'static T {
        let value = *self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Box::leak(Box::<OnceLock<T>>::default()));
        match value.downcast_ref::<OnceLock<T>>() {
            Some(value) => value.get_or_init(make),
            None => unreachable!("the value of a type is of that type"),
        }
    }
}

/// Until this is dropped, the thread is in `world`, or in none.
#[must_use = "the world is left when this is dropped"]
pub(crate) fn enter(world: Option<World>) -> Entered {
    Entered {
        before: CURRENT.replace(world),
        of_this_thread: PhantomData,
    }
}

/// Leaves the world on drop, also in a panic, for the one that was entered before.
pub(crate) struct Entered {
    before: Option<World>,
    of_this_thread: PhantomData<*const ()>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}
