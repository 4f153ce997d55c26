//! What a native histogram reads as: the counts of its slots, added up by bucket.
//! Made by a gather from what `mod` has read of a child; the buffers serve for all children of a family.

use super::axis::origin;
use super::bucket::Bucket;
use crate::update::NativeBuckets;

/// A bucket, by its index, and how much is in it.
type Counted = (i32, u64);

/// The buckets of one child.
#[derive(Debug, Default)]
pub(in crate::update) struct Merged {
    schema: i32,
    zero_threshold: f64,
    zero_count: u64,
    positive: Vec<Counted>,
    negative: Vec<Counted>,
}

impl Merged {
    /// Takes the counts of slots; `level` is how often two buckets had become one, since the schema `first`.
    pub(super) fn fill(
        &mut self,
        first: i32,
        level: u32,
        slots: impl Iterator<Item = (Bucket, u64)>,
    ) {
        self.schema = first - level.cast_signed();
        self.positive.clear();
        self.negative.clear();
        // the bucket below 1 has the index 0
        let zero = origin_of(self.schema).cast_signed() - 1;
        for (bucket, count) in slots.filter(|(_, count)| *count > 0) {
            let bucket = bucket.at(level);
            let counted = (bucket.place().cast_signed() - zero, count);
            if bucket.is_negative() {
                self.negative.push(counted);
            } else {
                self.positive.push(counted);
            }
        }
        merge(&mut self.positive);
        merge(&mut self.negative);
    }

    pub(super) fn zero(&mut self, threshold: f64, count: u64) {
        (self.zero_threshold, self.zero_count) = (threshold, count);
    }

    /// How much is in all buckets.
    pub(in crate::update) fn count(&self) -> u64 {
        let counts = self.positive.iter().chain(&self.negative);
        counts.fold(self.zero_count, |sum, (_, count)| sum.wrapping_add(*count))
    }

    pub(in crate::update) fn buckets(&self) -> NativeBuckets<'_> {
        NativeBuckets::empty(self.schema, self.zero_threshold).counts(
            self.zero_count,
            &self.positive,
            &self.negative,
        )
    }
}

/// The place of the bucket above 1, in a schema that may be coarser than one bucket from a power of 2 to the next.
fn origin_of(schema: i32) -> u32 {
    if schema >= 0 {
        origin(schema.unsigned_abs())
    } else {
        origin(0) >> schema.unsigned_abs()
    }
}

/// Sorts buckets, and adds up what is one.
fn merge(buckets: &mut Vec<Counted>) {
    buckets.sort_unstable_by_key(|(index, _)| *index);
    buckets.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same {
            first.1 = first.1.wrapping_add(later.1);
        }
        same
    });
}
