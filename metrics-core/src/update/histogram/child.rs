//! The histogram of one label set, resolved.

use std::marker::PhantomData;
use std::time::Duration;

use super::scale::{INTEGER_SUM, Scale, sum_of};
use crate::update::exemplar::Exemplars;
use crate::update::family::{Rejections, Slot};
use crate::update::native::Observed;
use crate::update::number::HistogramValue;

/// The histogram of one label set, for use here and now: it is neither kept nor sent to another thread.
#[must_use = "resolving a child does not change it"]
#[derive(Debug)]
pub struct HistogramChild<'a, V = f64> {
    pub(super) slot: Slot<'a>,
    pub(super) scale: &'a Scale,
    pub(super) rejections: &'a Rejections,
    pub(super) exemplars: &'a Exemplars,
    pub(super) value: PhantomData<*const V>,
}

impl<V: HistogramValue> HistogramChild<'_, V> {
    /// Counts `value` in its bucket and adds it to the sum; a NaN is dropped and counted as refused.
    #[inline]
    pub fn observe(&self, value: V) {
        let bucket = self.scale.bucket(value);
        if !self.slot.observe_shortly(bucket, sum_of::<V>(), value) {
            self.to_lend().observe_otherwise(value);
        }
    }

    /// The same, and keeps the observation as the exemplar of its bucket; labels as for
    /// [`Histogram::observe_with_exemplar`](crate::Histogram::observe_with_exemplar).
    pub fn observe_with_exemplar(&self, value: V, labels: &[(&str, &str)]) {
        if let Some((bucket, _)) = self.count(value) {
            self.keep(bucket, value.into().as_f64(), labels);
        }
    }

    /// What is no number, what goes to native buckets or may take an exemplar, and what has no place in this thread's
    /// table, or is the first.
    #[inline(never)]
    pub(super) fn observe_otherwise(&self, value: V) {
        if let Some((bucket, false)) = self.count(value) {
            let value = value.into().as_f64();
            self.slot.look(self.exemplars, bucket, value);
        }
    }

    /// Counts an observation in whichever way; returns what [`Scale::observe`] does, and nothing of what was refused.
    fn count(&self, value: V) -> Option<(usize, bool)> {
        let number = value.into().as_f64();
        if number.is_nan() {
            self.rejections.count();
            return None;
        }
        let (observed, sum) = (Observed::Value(number), sum_of::<V>());
        Some(self.scale.observe(&self.slot, observed, sum, value))
    }
}

impl<V> HistogramChild<'_, V> {
    /// See [`Slot::to_lend`].
    #[inline(always)]
    fn to_lend(&self) -> HistogramChild<'_, V> {
        HistogramChild {
            slot: self.slot.to_lend(),
            ..*self
        }
    }

    fn keep(&self, bucket: usize, value: f64, labels: &[(&str, &str)]) {
        let marks = self.slot.marks(self.exemplars.marks());
        self.exemplars
            .keep(self.slot.id(), marks, bucket, value, labels);
    }
}

impl HistogramChild<'_, f64> {
    /// Observes a duration in the family's unit; sums of durations are exact to the nanosecond.
    #[inline]
    pub fn observe_duration(&self, duration: Duration) {
        self.observe_nanos(nanos_of(duration));
    }

    /// The same, and keeps it as the exemplar of its bucket; labels as for
    /// [`Histogram::observe_with_exemplar`](crate::Histogram::observe_with_exemplar).
    pub fn observe_duration_with_exemplar(&self, duration: Duration, labels: &[(&str, &str)]) {
        let nanos = nanos_of(duration);
        let observed = Observed::Nanos(nanos);
        let (bucket, _) = self.scale.observe(&self.slot, observed, INTEGER_SUM, nanos);
        self.keep(bucket, self.scale.time.in_unit(nanos as f64), labels);
    }

    /// The same, at most `i64::MAX` nanoseconds.
    #[inline]
    pub(in crate::update) fn observe_nanos(&self, nanos: u64) {
        let bucket = self.scale.bucket_of_nanos(nanos);
        if !self.slot.observe_shortly(bucket, INTEGER_SUM, nanos) {
            self.to_lend().observe_nanos_otherwise(nanos);
        }
    }

    #[inline(never)]
    fn observe_nanos_otherwise(&self, nanos: u64) {
        let observed = Observed::Nanos(nanos);
        if let (bucket, false) = self.scale.observe(&self.slot, observed, INTEGER_SUM, nanos) {
            let value = self.scale.time.in_unit(nanos as f64);
            self.slot.look(self.exemplars, bucket, value);
        }
    }
}

/// Its nanoseconds, of which 2^63 are 292 years.
#[inline]
fn nanos_of(duration: Duration) -> u64 {
    let nanos = i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
    nanos.cast_unsigned()
}
