//! From an observed value to its bucket: a table by the leading bits of the value, and one compare.
//! Owned by a histogram; `partition_point` takes a jump that cannot be foreseen for every halving.

/// The bucket of what is no number, and every one of a search that finds [nothing](Search::nowhere): no cell has it, so that
/// an update of it fails, and is looked at longer. Half of what there is, so that a little may be added.
pub(super) const NOWHERE: usize = usize::MAX / 2;

/// The most entries of a table.
const MOST_ENTRIES: i64 = 1024;

/// Where the buckets of one histogram begin.
#[derive(Debug)]
pub(super) struct Search {
    bounds: Box<[f64]>,
    lowest: f64,
    /// How far the bits of a value are shifted to give a key; keys of positive values grow with them.
    shift: u32,
    /// The key of the first entry.
    low: i64,
    /// By key, the last for all values above; no two bounds have one key. Empty where that cannot be had in
    /// [`MOST_ENTRIES`], and where a bound is not positive.
    entries: Box<[Entry]>,
    is_nowhere: bool,
}

/// The values of one key.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The only bound that may lie among them: the lowest that is not below all of them.
    bound: f64,
    /// The bucket of those up to it.
    bucket: usize,
}

impl Search {
    pub(super) fn new(bounds: impl Into<Box<[f64]>>) -> Self {
        let bounds = bounds.into();
        // from the exponent alone to the exponent with eight bits of the mantissa
        let tables = (44..=52).rev().filter_map(|shift| table(&bounds, shift));
        let (shift, low, entries) = tables.into_iter().next().unwrap_or_default();
        Self {
            lowest: bounds.first().copied().unwrap_or(f64::INFINITY),
            bounds,
            shift,
            low,
            entries,
            is_nowhere: false,
        }
    }

    /// One that finds [`NOWHERE`].
    pub(super) fn nowhere() -> Self {
        Self {
            // nothing is at most that
            lowest: f64::NAN,
            is_nowhere: true,
            ..Self::new([])
        }
    }

    /// The first bucket whose bound is not below `value`, which is a number; the number of bounds if all are.
    #[inline]
    pub(super) fn bucket(&self, value: f64) -> usize {
        // a jump that is foreseen where most is small, as the times of fast calls are: what follows need not wait for
        // the value
        if value <= self.lowest {
            return 0;
        }
        let Some(last) = self.entries.len().checked_sub(1) else {
            return self.without_table(value);
        };
        // and none that depends on where a larger value lies
        let key = (key(value, self.shift) - self.low).min(last as i64);
        let entry = self.entries.get(key as usize);
        entry.map_or(0, |entry| entry.bucket + usize::from(entry.bound < value))
    }

    #[inline(never)]
    fn without_table(&self, value: f64) -> usize {
        if self.is_nowhere {
            return NOWHERE;
        }
        self.bounds.partition_point(|bound| *bound < value)
    }
}

#[inline]
fn key(value: f64, shift: u32) -> i64 {
    value.to_bits().cast_signed() >> shift
}

/// The table by values shifted right by `shift`, if there is one: its first key, and its entries.
fn table(bounds: &[f64], shift: u32) -> Option<(u32, i64, Box<[Entry]>)> {
    let (lowest, highest) = (*bounds.first()?, *bounds.last()?);
    let keys: Vec<i64> = bounds.iter().map(|bound| key(*bound, shift)).collect();
    let (low, high) = (key(lowest, shift), key(highest, shift));
    let apart = keys.windows(2).all(|pair| pair[0] < pair[1]);
    if !apart || lowest <= 0.0 || high - low >= MOST_ENTRIES {
        return None;
    }
    let entry = |key: i64| {
        let bucket = keys.partition_point(|bound| *bound < key);
        let bound = bounds.get(bucket).copied().unwrap_or(f64::INFINITY);
        Entry { bound, bucket }
    };
    Some((shift, low, (low..=high + 1).map(entry).collect()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::declare::DEFAULT_BUCKETS;

    fn agrees(bounds: &[f64], value: f64) {
        let expected = bounds.partition_point(|bound| *bound < value);
        assert_eq!(
            Search::new(bounds).bucket(value),
            expected,
            "{value} in {bounds:?}"
        );
    }

    #[test]
    fn default_bounds_need_their_exponents_alone() {
        let search = Search::new(DEFAULT_BUCKETS);
        assert_eq!((search.shift, search.entries.len()), (52, 13));
    }

    #[test]
    fn what_finds_nothing_finds_nothing_for_any_value() {
        for value in [f64::NEG_INFINITY, -1.0, 0.0, 1.0, f64::INFINITY] {
            assert_eq!(Search::nowhere().bucket(value), NOWHERE);
        }
    }

    #[test]
    fn edges_go_where_they_belong() {
        let lists: [&[f64]; 6] = [
            DEFAULT_BUCKETS,
            &[1.0],
            &[0.0, 10.0, 20.0, 30.0],
            &[-5.0, -1.0, 0.0, 1.0, 5.0],
            &[-3.0, -2.0],
            // no table: too near, and too far apart
            &[1.0, 1.000_000_1, 1e300],
        ];
        for bounds in lists {
            for bound in bounds {
                for value in [
                    *bound,
                    bound.next_up(),
                    bound.next_down(),
                    -bound,
                    bound * 2.0,
                ] {
                    agrees(bounds, value);
                }
            }
            for value in [
                0.0,
                -0.0,
                f64::MIN_POSITIVE,
                f64::MAX,
                f64::MIN,
                f64::INFINITY,
                -f64::INFINITY,
            ] {
                agrees(bounds, value);
            }
        }
    }

    proptest! {
        #[test]
        fn every_value_goes_where_a_binary_search_puts_it(
            bounds in proptest::collection::btree_set(-1000_i32..100_000, 1..50),
            value in prop_oneof![-2000.0..200_000.0, any::<f64>().prop_filter("a number", |n| !n.is_nan())],
            scale in prop_oneof![Just(1.0), Just(1e-3), Just(1e6)],
        ) {
            let bounds: Vec<f64> = bounds.into_iter().map(|bound| f64::from(bound) * scale).collect();
            agrees(&bounds, value * scale);
        }
    }
}
