//! Panics of users' code that end here: what they carried is the user's too. Used wherever such code is contained.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Drops what a panic carried, which may panic once more.
pub(crate) fn forget_panic(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
}

/// Poisons a lock, as a panic does that nobody foresaw: what is behind it goes on.
#[cfg(all(test, not(loom)))]
pub(crate) fn poison<T>(lock: &std::sync::Mutex<T>) {
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _held = lock.lock();
        std::panic::resume_unwind(Box::new("on purpose"));
    }));
    assert!(panicked.is_err() && lock.is_poisoned());
}
