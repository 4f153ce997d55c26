//! Native buckets: exponential, made where something is counted, and coarser when they would be too many.
//! A part of histograms. `axis` gives a value's bucket, `slots` the slot that counts it, `merged` what is read.
//!
//! Semantics are those of `client_golang`, `prometheus/histogram.go`, and of the specification of native histograms;
//! neither resetting nor widening the zero bucket is among the answers to too many buckets.

mod axis;
mod bucket;
mod merged;
#[cfg(all(loom, test))]
mod model;
mod plan;
mod roots;
mod slots;

use std::sync::atomic::Ordering::Relaxed;

use self::axis::Axis;
pub(super) use self::merged::Merged;
use self::plan::{COARSEST, Plan};
use self::slots::{Slots, bucket_in};
use super::exemplar::Exemplars;
use super::family::{Reader, Slot};
use super::number::sealed::Stored;
use super::sync::Mutex;
use crate::declare::NativeOptions;

/// The finest schema. Source: `nativeHistogramSchemaMaximum` in `client_golang`.
const FINEST: i32 = 8;

/// The native buckets of a family's children.
///
/// A child has a cell for the zero bucket and, behind it, one for each of its first slots; its marks say what is in them,
/// and count what is in the other slots. All of that is zero at first, so that a child that comes after one that was
/// removed begins anew.
#[derive(Debug)]
pub(super) struct Native {
    options: NativeOptions,
    /// The place of an observation as it is, and of one in nanoseconds.
    values: Axis,
    nanos: Axis,
    plan: Plan,
    /// Which of a child's cells is that of the zero bucket.
    cell: usize,
    /// Held while a slot is taken: no code of others runs meanwhile, not even the allocator.
    writer: Mutex<()>,
}

/// An observation to be placed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Observed {
    /// In the family's unit.
    Value(f64),
    /// A duration.
    Nanos(u64),
}

impl Native {
    /// Buckets for observations of whole numbers, or of any, in a unit of so many nanoseconds; their cells begin at
    /// `cell`.
    pub(super) fn new(options: NativeOptions, whole: bool, unit_nanos: f64, cell: usize) -> Self {
        let threshold = options.zero_threshold;
        let options = NativeOptions {
            schema: options.schema.clamp(COARSEST, FINEST),
            // also in the place of a NaN
            zero_threshold: if threshold >= 0.0 {
                threshold.min(f64::MAX)
            } else {
                0.0
            },
            ..options
        };
        let axis = |parts| Axis::new(options.schema, options.zero_threshold, parts);
        let values = axis(1.0);
        Self {
            plan: Plan::new(options, &values, whole),
            options,
            values,
            nanos: axis(unit_nanos),
            cell,
            writer: Mutex::new(()),
        }
    }

    /// How many cells a child has here.
    pub(super) fn cells(&self) -> usize {
        1 + self.plan.own
    }

    /// How many marks a child has: these, and behind them those of its exemplars.
    #[inline]
    pub(super) fn marks(&self) -> usize {
        self.plan.marks + Exemplars::MARKS
    }

    /// Counts an observation that is no NaN, and adds `value` to the cell `sum`; returns whether the short way led there.
    #[inline]
    pub(super) fn observe<V: Stored>(
        &self,
        child: &Slot<'_>,
        observed: Observed,
        sum: usize,
        value: V,
    ) -> bool {
        match self.cell(child, observed) {
            Some(cell) => child.observe(cell, sum, value),
            None => child.add(sum, value),
        }
    }

    /// The cell to count an observation in; `None` if it has been counted where all threads do.
    #[inline]
    fn cell(&self, child: &Slot<'_>, observed: Observed) -> Option<usize> {
        let (axis, number) = match observed {
            Observed::Value(number) => (&self.values, number),
            Observed::Nanos(nanos) => (&self.nanos, nanos as f64),
        };
        let magnitude = number.abs().to_bits();
        if axis.is_zero(magnitude) {
            return Some(self.cell);
        }
        let place = axis.place(magnitude);
        let slots = Slots::new(&self.plan, child.marks(self.marks()));
        let slot = slots.slot(place, number.is_sign_negative(), &self.writer);
        if slot < self.plan.own {
            return Some(self.cell + 1 + slot);
        }
        slots.count_shared(slot);
        None
    }

    /// How many numbers are read of a child.
    pub(super) fn values(&self) -> usize {
        3 + self.plan.slots + self.plan.slots.div_ceil(2)
    }

    /// Reads a child, as so many numbers behind those that are there: the level, how many slots are taken, the zero
    /// bucket, the counts of the slots, their buckets.
    pub(super) fn read(&self, child: Reader<'_>, values: &mut Vec<u64>) {
        let plan = &self.plan;
        let slots = Slots::new(plan, child.marks);
        let start = values.len();
        values.resize(start + self.values(), 0);
        let Some(([level, taken, zero], rest)) = values
            .get_mut(start..)
            .and_then(|values| values.split_first_chunk_mut())
        else {
            return;
        };
        let (counts, buckets) = rest.split_at_mut(plan.slots);
        // before their counts: what is taken later is read later, so that the sum never shrinks
        let count = slots.taken().min(plan.slots);
        *taken = count as u64;
        let (own, shared) = counts.split_at_mut(plan.own);
        let cell = child.start + self.cell;
        *zero = child.cells.get_u64(cell);
        let used = count.min(plan.own);
        child
            .cells
            .get_u64s(cell + 1, own.get_mut(..used).unwrap_or_default());
        for (count, mark) in shared.iter_mut().zip(slots.shared()) {
            *count = mark.load(Relaxed);
        }
        for (pair, mark) in buckets
            .iter_mut()
            .zip(child.marks.iter().skip(plan::BUCKETS))
        {
            *pair = mark.load(Relaxed);
        }
        *level = u64::from(slots.level_of_counts());
    }

    /// What such numbers say.
    pub(super) fn merge(&self, values: &[u64], merged: &mut Merged) {
        let Some(([level, taken, zero], rest)) = values.split_first_chunk() else {
            return;
        };
        let Some((counts, buckets)) = rest.split_at_checked(self.plan.slots) else {
            return;
        };
        let buckets = buckets
            .iter()
            .flat_map(|pair| [bucket_in(*pair, 0), bucket_in(*pair, 1)]);
        let slots = buckets.zip(counts.iter().copied()).take(*taken as usize);
        merged.fill(self.options.schema, *level as u32, slots);
        merged.zero(self.options.zero_threshold, *zero);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::update::poison;
    use crate::update::sync::zeroed;

    #[test]
    fn a_poisoned_lock_is_locked() {
        let native = Native::new(NativeOptions::DEFAULT, false, 1e9, 0);
        poison(&native.writer);
        let marks = zeroed(native.plan.marks).expect("there is memory");
        let slots = Slots::new(&native.plan, &marks);
        let place = |value: f64| native.values.place(value.to_bits());
        let taken = [1.0, 1000.0, 1.0].map(|n| slots.slot(place(n), false, &native.writer));
        assert_eq!(taken, [0, 1, 0]);
        assert_eq!(slots.taken(), 2);
    }
}
