//! From an observed value to its bucket: a table by the leading bits of the value, and one compare.
//! Owned by a histogram; `partition_point` takes a jump that cannot be foreseen for every halving.

/// The most entries of a table.
const MOST_ENTRIES: u64 = 1024;

/// Where the buckets of one histogram begin.
#[derive(Debug)]
pub(super) struct Search {
    bounds: Box<[f64]>,
    lowest: f64,
    /// Of positive values, how far the bits are shifted to give a key; keys grow with values.
    shift: u32,
    /// The key of the first entry.
    low: u64,
    /// By key; no two bounds have one key. Empty where that cannot be had in [`MOST_ENTRIES`].
    entries: Box<[Entry]>,
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
        }
    }

    /// The first bucket whose bound is not below `value`; the number of bounds if all are.
    #[inline]
    pub(super) fn bucket(&self, value: f64) -> usize {
        let key = (value.to_bits() >> self.shift).wrapping_sub(self.low);
        // negative values have keys above all others, and go the slow way with those outside the bounds
        match usize::try_from(key)
            .ok()
            .and_then(|key| self.entries.get(key))
        {
            Some(entry) => entry.bucket + usize::from(entry.bound < value),
            // most of what is observed and not in the table is small
            None if value <= self.lowest => 0,
            None => self.outside(value),
        }
    }

    #[inline(never)]
    fn outside(&self, value: f64) -> usize {
        self.bounds.partition_point(|bound| *bound < value)
    }
}

/// The table by values shifted right by `shift`, if there is one: its first key, and its entries.
fn table(bounds: &[f64], shift: u32) -> Option<(u32, u64, Box<[Entry]>)> {
    let key = |value: f64| value.to_bits() >> shift;
    let positive = bounds.partition_point(|bound| *bound <= 0.0);
    let keys: Vec<u64> = bounds
        .get(positive..)?
        .iter()
        .map(|bound| key(*bound))
        .collect();
    let (low, high) = (*keys.first()?, *keys.last()?);
    let apart = keys.windows(2).all(|pair| pair[0] < pair[1]);
    if !apart || high - low >= MOST_ENTRIES {
        return None;
    }
    let entry = |key| {
        let bucket = positive + keys.partition_point(|bound| *bound < key);
        let bound = bounds.get(bucket).copied().unwrap_or(f64::INFINITY);
        Entry { bound, bucket }
    };
    Some((shift, low, (low..=high).map(entry).collect()))
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
        assert_eq!((search.shift, search.entries.len()), (52, 12));
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
