//! What a forked child says of itself, so that it neither waits for threads that it does not have nor exposes what its
//! parent counts. `update::process` knows which process this is.

use std::sync::{Mutex, PoisonError, Weak};

use super::Registry;
use super::guest::What;
use super::registry::Inner;
use crate::update::{begin_anew, forget_lookers, is_forked};

/// All registries that are still there, and some that are not.
static REGISTRIES: Mutex<Vec<Weak<Inner>>> = Mutex::new(Vec::new());

/// A registry is there from now on.
pub(super) fn note(registry: Weak<Inner>) {
    let mut all = REGISTRIES.lock().unwrap_or_else(PoisonError::into_inner);
    // not with each that comes, which would take longer the more there are
    if all.len() == all.capacity() {
        all.retain(|registry| registry.strong_count() > 0);
    }
    all.push(registry);
}

/// Makes what a forked child has counted its own: to be called in the child, right after the fork, before it has more than
/// one thread and updates anything.
///
/// A child has a copy of all values. They belong to its parent, which goes on exposing them; so in the child, in all
/// registries, what was counted becomes zero: counters, histograms, overflow series, exemplars, refused updates, and
/// gauges that were only added to, as those of what is in flight are. Gauges that were set stay, infos and states too,
/// and the series of open labels, at zero. What was in flight in the parent while it forked is not in the child: do not
/// fork in a timed call, or with a guard of a gauge, that ends in both.
///
/// **Without this call a child exposes nothing** but how many families are hidden (`metrics_hidden_families`), and
/// [`Registry::check`] is an error, so that a server does not start: nothing is counted twice. That is so where anything
/// that counts was made before the fork; a program that forks first, and uses metrics then, needs no call. In a process
/// that was not forked, or called it already, it does nothing.
///
/// It does not reach metrics of the `prometheus` crate, which have a way of their own to be reset, if any; metric types of
/// yours do with [`Metric::forked`](crate::Metric::forked); and sets that are in no registry.
///
/// A lock that another thread holds in the moment of the fork is held in the child for ever. Those under which code of
/// yours runs, or waits for it, are made anew in the child, with or without this call. Others are held for microseconds:
/// while a registry changes or its list is copied, a thread begins or ends, or a series is made or leaves. Fork before
/// other threads do that.
///
/// ```
/// // nothing was forked, so nothing is forgotten
/// metrics_core::after_fork();
/// ```
pub fn after_fork() {
    if !is_forked() {
        return;
    }
    let all = {
        let all = REGISTRIES.lock().unwrap_or_else(PoisonError::into_inner);
        all.clone()
    };
    forget_lookers();
    for inner in all.iter().filter_map(Weak::upgrade) {
        Registry(inner).forget();
    }
    begin_anew();
}

impl Registry {
    /// Forgets what was counted in it. What is attached to it is asked by itself.
    fn forget(&self) {
        let view = self.view();
        for entry in view.entries.iter() {
            entry.ask(|metric| metric.forked());
            if let Some(read) = &entry.read {
                read.forget();
            }
        }
        for guest in view.guests.iter() {
            match &guest.what {
                What::Collector(collector) => collector.job.forget(),
                What::Foreign(attached, _) => attached.job.forget(),
                What::Registry(_) | What::Refused(_) => (),
            }
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::update::poison;

    #[test]
    fn a_poisoned_lock_is_locked() {
        poison(&REGISTRIES);
        let registry = Registry::new();
        let all = REGISTRIES.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = all.iter().filter_map(Weak::upgrade);
        assert!(all.any(|inner| std::sync::Arc::ptr_eq(&inner, &registry.0)));
    }
}
