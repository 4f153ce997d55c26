//! Panics of users' code that end here: what they carried is the user's too. Used wherever such code is contained.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Drops what a panic carried, which may panic once more.
pub(crate) fn forget_panic(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
}
