//! How many slots a native histogram has, and where in its marks lies what is known of them.
//! Owned by a native histogram; `slots` works by it.

use std::ops::Range;

use super::axis::Axis;
use crate::declare::NativeOptions;

/// The most buckets that may be asked for; the derive refuses more. A slot's number has 16 bits.
const MOST: u32 = 1000;

/// The schema that is never made coarser. Source: `nativeHistogramSchemaMinimum` in `client_golang`.
pub(super) const COARSEST: i32 = -4;

/// How often two buckets have become one.
pub(super) const LEVEL: usize = 0;

/// How many slots are taken.
pub(super) const USED: usize = 1;

/// From here on are the buckets of the slots, two in a number.
pub(super) const BUCKETS: usize = 2;

/// The numbers of slots.
#[derive(Debug)]
pub(super) struct Plan {
    /// How many buckets may hold something, unless they are the coarsest.
    pub(super) most: usize,
    /// The first slots, whose cells are the threads' own; what is counted in the others, all threads share.
    pub(super) own: usize,
    /// All slots.
    ///
    /// A slot stays with its bucket, and one that came to lie in the same coarser bucket as another is not free for a
    /// third: with each level up to half as many are taken as there may be buckets. So there are twice as many; and one
    /// for each of the coarsest buckets, so that whatever is observed has a slot: see [`super::slots`].
    pub(super) slots: usize,
    /// How often two buckets can become one.
    pub(super) levels: u32,
    /// The places of the coarsest buckets that values above 0 may be in.
    pub(super) coarsest: Range<u32>,
    /// Whether values below 0 may be in as many.
    pub(super) negative: bool,
    /// The marks that are an index from bucket to slot; how many is a power of 2.
    pub(super) index: Range<usize>,
    /// How many marks a child has: the last ones count what is in slots that are shared.
    pub(super) marks: usize,
}

impl Plan {
    /// For observations of whole numbers, or of any.
    pub(super) fn new(options: NativeOptions, axis: &Axis, whole: bool) -> Self {
        let most = options.max_buckets.clamp(1, MOST) as usize;
        let levels = (options.schema - COARSEST).unsigned_abs();
        let zero = options.zero_threshold.max(0.0).next_up();
        let (least, largest) = if whole {
            (zero.max(1.0), zero.max(u64::MAX as f64))
        } else {
            (zero, f64::INFINITY)
        };
        let coarsest = |value: f64| axis.place(value.to_bits()) >> levels;
        let coarsest = coarsest(least)..coarsest(largest) + 1;
        Self::with(most, levels, coarsest, !whole)
    }

    pub(super) fn with(most: usize, levels: u32, coarsest: Range<u32>, negative: bool) -> Self {
        let all_coarsest = coarsest.len() << u32::from(negative);
        let slots = 2 * most + all_coarsest;
        let index = BUCKETS + slots.div_ceil(2);
        // a quarter and more stays empty, so that what is not there is soon known
        let entries = (most.max(all_coarsest) * 4 / 3 + 1).next_power_of_two();
        let index = index..index + entries;
        Self {
            most,
            own: most,
            slots,
            levels,
            coarsest,
            negative,
            marks: index.end + slots - most,
            index,
        }
    }

    /// The number of a coarsest bucket among all of them.
    pub(super) fn number(&self, place: u32, negative: bool) -> usize {
        let number = place.saturating_sub(self.coarsest.start) as usize;
        number + if negative { self.coarsest.len() } else { 0 }
    }

    /// How many coarsest buckets there are.
    pub(super) fn all_coarsest(&self) -> usize {
        self.coarsest.len() << u32::from(self.negative)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_child_of_the_default_takes_little_more_than_6_kib() {
        let options = NativeOptions::DEFAULT;
        let axis = Axis::new(options.schema, options.zero_threshold, 1.0);
        let plan = Plan::new(options, &axis, false);
        // 2^-128 is a bound of all schemas; from there to infinity are 73 of the coarsest buckets, and as many below 0
        assert_eq!(
            (plan.all_coarsest(), plan.slots, plan.index.len()),
            (146, 466, 256)
        );
        assert!(8 * plan.marks < 6400, "{}", plan.marks);
        let whole = Plan::new(options, &axis, true);
        assert_eq!((whole.all_coarsest(), whole.slots), (5, 325));
    }
}
