//! The warning of a family whose open labels are at their cap, with the feature `tracing`: one, however many look-ups
//! overflow, because each of the others says nothing new. `metrics_label_overflows_total` counts them all.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::declare::Descriptor;

/// Whether a family has been warned of.
#[derive(Debug)]
pub(super) struct Warning {
    family: &'static Descriptor,
    told: AtomicBool,
}

impl Warning {
    pub(super) fn new(family: &'static Descriptor) -> Self {
        Self {
            family,
            told: AtomicBool::new(false),
        }
    }

    /// A look-up has ended in the overflow series, since the family has as many combinations as it may. Code of users runs
    /// in here, so no lock may be held.
    #[inline]
    pub(super) fn of_cap(&self, cap: usize) {
        // read first, so that a family that overflows all the time keeps the line in every core's cache
        if !self.told.load(Relaxed) {
            self.tell(cap);
        }
    }

    #[cold]
    #[inline(never)]
    fn tell(&self, cap: usize) {
        // of several threads, and of a subscriber that comes here from within, the first; it orders nothing, so there is
        // no model of it
        if self.told.swap(true, Relaxed) {
            return;
        }
        tracing::warn!(
            target: "metrics_core::label_overflow",
            family = self.family.name(),
            cap,
            declared = %self.family.source(),
            "the open labels are at their cap: other values count into the overflow series from now on",
        );
    }
}
