//! Native buckets as the message has them: runs of neighbours, and each count as its difference from the one before.

use super::fields::{histogram, span};
use super::wire::Message;
use crate::update::NativeBuckets;

/// As many empty buckets between two others are written out: a run of its own is longer. So does `client_golang`,
/// `prometheus/histogram.go`, `makeBucketsFromMap`.
const BRIDGED: i64 = 2;

/// How many observations there are in all.
pub(super) fn count(native: &NativeBuckets<'_>) -> u64 {
    let both = native.positive.iter().chain(native.negative);
    let counts = both.map(|(_, count)| *count);
    counts.fold(native.zero_count, u64::wrapping_add)
}

/// The fields that make a histogram a native one.
pub(super) fn write(out: &mut Message, native: &NativeBuckets<'_>) {
    out.zigzag(histogram::SCHEMA, native.schema.into());
    out.double(histogram::ZERO_THRESHOLD, native.zero_threshold);
    out.unsigned(histogram::ZERO_COUNT, native.zero_count);
    side(
        out,
        native.negative,
        (histogram::NEGATIVE_SPAN, histogram::NEGATIVE_DELTA),
    );
    side(
        out,
        native.positive,
        (histogram::POSITIVE_SPAN, histogram::POSITIVE_DELTA),
    );
    // without a span, a zero bucket with a breadth or a count, Prometheus would take it for a classic one
    // (`model/textparse/protobufparse.go`, `isNativeHistogram`, from 2.47 on; older ones do not look at spans)
    let empty = native.positive.is_empty() && native.negative.is_empty();
    if empty && native.zero_count == 0 && native.zero_threshold <= 0.0 {
        write_span(out, histogram::POSITIVE_SPAN, 0, 0);
    }
}

/// The buckets of one sign: spans, then the differences of their counts.
fn side(out: &mut Message, buckets: &[(i32, u64)], (span_field, delta_field): (u32, u32)) {
    // where the next bucket would be that belongs to the span, and where the span begins
    let mut spans = Spans::default();
    for (index, _) in buckets {
        if let Some((offset, length)) = spans.next(i64::from(*index)) {
            write_span(out, span_field, offset, length);
        }
    }
    if let Some((offset, length)) = spans.last() {
        write_span(out, span_field, offset, length);
    }
    let mut before = 0;
    let mut push = |count: u64| {
        // as integers of 64 bits wrap, the reader's sum is right whatever the difference is
        out.zigzag(delta_field, count.wrapping_sub(before).cast_signed());
        before = count;
    };
    let mut expected = None;
    for (index, count) in buckets {
        let index = i64::from(*index);
        let empty = expected.map_or(0, |expected| index - expected);
        if (1..=BRIDGED).contains(&empty) {
            (0..empty).for_each(|_| push(0));
        }
        push(*count);
        expected = Some(index + 1);
    }
}

fn write_span(out: &mut Message, field: u32, offset: i64, length: u64) {
    out.message(field, |out| {
        out.zigzag(span::OFFSET, offset);
        out.unsigned(span::LENGTH, length);
    });
}

/// Makes runs of growing indices.
#[derive(Default)]
struct Spans {
    /// The run at hand: its offset from the end of the one before, and its length.
    open: Option<(i64, u64)>,
    /// One past its last bucket.
    end: i64,
}

impl Spans {
    /// Takes the next index; gives the run that it does not belong to.
    fn next(&mut self, index: i64) -> Option<(i64, u64)> {
        let gap = index - self.end;
        self.end = index + 1;
        match &mut self.open {
            // what does not grow, as a metric of a user's may tell it, is no run, and is the reader's to refuse
            Some((_, length)) if (0..=BRIDGED).contains(&gap) => {
                *length += gap.cast_unsigned() + 1;
                None
            }
            // the first one's offset is its index, as if one had ended at 0
            open => open.replace((gap, 1)),
        }
    }

    fn last(self) -> Option<(i64, u64)> {
        self.open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spans_of(indices: &[i32]) -> Vec<(i64, u64)> {
        let mut spans = Spans::default();
        let mut all: Vec<_> = indices
            .iter()
            .filter_map(|index| spans.next(i64::from(*index)))
            .collect();
        all.extend(spans.last());
        all
    }

    #[test]
    fn neighbours_are_one_run() {
        assert_eq!(spans_of(&[]), []);
        assert_eq!(spans_of(&[-3]), [(-3, 1)]);
        assert_eq!(spans_of(&[5, 6, 7]), [(5, 3)]);
        assert_eq!(spans_of(&[0, 3]), [(0, 4)]);
        assert_eq!(spans_of(&[0, 4, 5]), [(0, 1), (3, 2)]);
        assert_eq!(spans_of(&[i32::MIN, i32::MAX]).len(), 2);
        assert_eq!(spans_of(&[5, 5, 0]), [(5, 1), (-1, 1), (-6, 1)]);
    }

    proptest! {
        #[test]
        fn runs_cover_every_index(indices in proptest::collection::btree_set(-40..40_i32, 0..30)) {
            let indices: Vec<_> = indices.into_iter().collect();
            let mut covered = Vec::new();
            let mut at = 0;
            for (offset, length) in spans_of(&indices) {
                at += offset;
                for _ in 0..length {
                    covered.push(at);
                    at += 1;
                }
            }
            for index in &indices {
                prop_assert!(covered.contains(&i64::from(*index)));
            }
            prop_assert!(covered.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
