//! What threads share memory through: the standard library's, or loom's where its model checker runs.
//! What is lock-free in `update` is built on these and nothing else; loom runs with `tests/run loom`.

#[cfg(not(all(loom, test)))]
pub(super) use std::{
    sync::{
        Mutex, MutexGuard, OnceLock,
        atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, fence},
    },
    thread_local,
};

#[cfg(all(loom, test))]
pub(super) use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, fence},
};
#[cfg(all(loom, test))]
pub(super) use modelled::OnceLock;

/// Zeroed numbers, on pages that cost nothing until they are touched; `None` if there is no memory for them.
#[cfg(not(all(loom, test)))]
pub(super) fn zeroed(len: usize) -> Option<Box<[AtomicU64]>> {
    bytemuck::try_zeroed_slice_box(len).ok()
}

#[cfg(all(loom, test))]
pub(super) fn zeroed(len: usize) -> Option<Box<[AtomicU64]>> {
    Some((0..len).map(|_| AtomicU64::new(0)).collect())
}

/// Makes numbers zero that nobody writes to.
pub(super) fn clear(numbers: &[AtomicU64]) {
    use std::sync::atomic::Ordering::Relaxed;

    for number in numbers {
        // a store would touch a page that may never have been
        if number.load(Relaxed) != 0 {
            number.store(0, Relaxed);
        }
    }
}

/// A load by the only thread that may write the number now.
#[inline]
pub(super) fn load_own(number: &AtomicU64) -> u64 {
    // where a thread loads a number and then stores it, loom 0.7 forgets who else had loaded it, and does not try
    // what they would see later; an exchange it remembers
    #[cfg(all(loom, test))]
    return number.fetch_add(0, std::sync::atomic::Ordering::Relaxed);
    #[cfg(not(all(loom, test)))]
    number.load(std::sync::atomic::Ordering::Relaxed)
}

/// A store to a number that others change meanwhile.
#[inline]
pub(super) fn store_shared(number: &AtomicU64, value: u64) {
    // loom 0.7 knows no order of a store and another thread's exchange, and lets either be read for the last
    #[cfg(all(loom, test))]
    number.swap(value, std::sync::atomic::Ordering::Relaxed);
    #[cfg(not(all(loom, test)))]
    number.store(value, std::sync::atomic::Ordering::Relaxed);
}

/// A store that no later `SeqCst` load of this thread overtakes, as other threads' `SeqCst` operations see it.
#[inline]
pub(super) fn announce(number: &AtomicU64, value: u64) {
    use std::sync::atomic::Ordering::SeqCst;

    number.swap(value, SeqCst);
    // loom takes an operation that is `SeqCst` for one that acquires and releases, but knows fences
    #[cfg(all(loom, test))]
    fence(SeqCst);
}

/// The same for one more in a number that others change too.
#[inline]
pub(super) fn announce_one(number: &AtomicU64) {
    number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    #[cfg(all(loom, test))]
    fence(std::sync::atomic::Ordering::SeqCst);
}

/// `std::thread_local`, as much of it as there is need for: that of loom does not take a `const` block.
#[cfg(all(loom, test))]
macro_rules! modelled_local {
    ($($(#[$meta:meta])* static $name:ident: $type:ty = const { $init:expr };)*) => {
        loom::thread_local! { $($(#[$meta])* static $name: $type = $init;)* }
    };
}
#[cfg(all(loom, test))]
pub(super) use modelled_local as thread_local;

#[cfg(all(loom, test))]
mod modelled {
    use loom::sync::atomic::{AtomicUsize, Ordering};

    /// `std::sync::OnceLock`, which loom does not have. Whether the value is seen yet is up to the model.
    #[derive(Debug)]
    pub(in crate::update) struct OnceLock<T> {
        is_set: AtomicUsize,
        value: std::sync::OnceLock<T>,
    }

    impl<T> OnceLock<T> {
        pub(in crate::update) fn new() -> Self {
            Self {
                is_set: AtomicUsize::new(0),
                value: std::sync::OnceLock::new(),
            }
        }

        pub(in crate::update) fn set(&self, value: T) -> Result<(), T> {
            self.value.set(value)?;
            self.is_set.store(1, Ordering::Release);
            Ok(())
        }

        pub(in crate::update) fn get(&self) -> Option<&T> {
            if self.is_set.load(Ordering::Acquire) == 0 {
                return None;
            }
            self.value.get()
        }
    }
}
