//! Whether the threads add to a gauge by themselves, or all to one cell: decided by what is done to its family.
//! Owned by `gauge`; the cells are those of `cell`.

use std::sync::atomic::Ordering::Relaxed;

use crate::update::family::Slot;
use crate::update::number::GaugeValue;
use crate::update::sync::AtomicU8;

/// What has been done to a family of gauges. While its gauges only go up and down, as those of what is in flight do,
/// every thread adds to cells of its own; once one is set, all share them.
///
/// Every access is `Relaxed`: it only ever goes from one to the next, and whatever it was when a thread looked, the sum
/// of what threads added by themselves is taken into account by who sets.
#[derive(Debug)]
pub(super) struct Mode(AtomicU8);

impl Mode {
    /// Nothing yet.
    const NONE: u8 = 0;
    /// Gauges were added to, and none was set.
    const ADDED: u8 = 1;
    /// Gauges were set, and none was added to before. Floats are so from the start: they are not the sum of their
    /// parts.
    const SET: u8 = 2;
    /// Gauges were added to, and then set.
    const BOTH: u8 = 3;

    /// Nothing yet, but that floats are not the sum of their parts.
    pub(super) fn new(is_float: bool) -> Self {
        Self(AtomicU8::new(if is_float { Self::SET } else { Self::NONE }))
    }

    /// Whether to add to cells that all threads share.
    #[inline]
    fn adds_to_shared(&self) -> bool {
        match self.0.load(Relaxed) {
            Self::ADDED => false,
            Self::NONE => self.begin(Self::ADDED) != Self::ADDED,
            _ => true,
        }
    }

    /// Whether the threads may have added by themselves what is to be set.
    #[inline]
    fn sets_sum(&self) -> bool {
        match self.0.load(Relaxed) {
            Self::SET => false,
            Self::BOTH => true,
            _ => {
                let is_new = self.begin(Self::SET) == Self::SET;
                if !is_new {
                    self.0.store(Self::BOTH, Relaxed);
                }
                !is_new
            }
        }
    }

    /// Whether nothing was ever set: the gauges tell what this process has under way.
    pub(super) fn is_only_added_to(&self) -> bool {
        self.0.load(Relaxed) == Self::ADDED
    }

    /// What it is used for first, which may have been decided by another thread.
    #[cold]
    fn begin(&self, with: u8) -> u8 {
        let begun = self.0.compare_exchange(Self::NONE, with, Relaxed, Relaxed);
        begun.map_or_else(|earlier| earlier, |_| with)
    }

    #[inline]
    pub(super) fn add<V: GaugeValue>(&self, slot: &Slot<'_>, n: V) {
        if self.adds_to_shared() {
            slot.add_shared(0, n);
        } else {
            slot.add(0, n);
        }
    }

    #[inline]
    pub(super) fn set<V: GaugeValue>(&self, slot: &Slot<'_>, value: V) {
        if self.sets_sum() {
            slot.set_sum(0, value.to_bits());
        } else {
            slot.set(0, value.to_bits());
        }
    }
}
