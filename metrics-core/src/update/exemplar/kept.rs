//! The exemplars of one child, by value: one a bucket, or a few that lie apart.

/// How many exemplars a histogram without bounds keeps, and after how many milliseconds the oldest goes before all
/// others. Source of both numbers: `makeNativeExemplars` in `client_golang`.
const MOST_SPREAD: usize = 10;
const OLD_MILLIS: u64 = 5 * 60 * 1000;

/// Which exemplars a child keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeps {
    /// The newest of each bucket.
    OnePerBucket,
    /// The newest, and of others those that lie furthest apart.
    Spread,
}

/// An exemplar.
#[derive(Debug, Default)]
pub(super) struct One {
    bucket: usize,
    pub(super) value: f64,
    pub(super) millis: u64,
    /// Rendered.
    pub(super) labels: String,
}

/// Those of a child, growing by value.
#[derive(Debug, Default)]
pub(super) struct Kept(Vec<One>);

impl Kept {
    pub(super) fn iter(&self) -> std::slice::Iter<'_, One> {
        self.0.iter()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Keeps one more, in the place of another if need be. Returns its labels, which are still those of the other.
    pub(super) fn keep(
        &mut self,
        keeps: Keeps,
        bucket: usize,
        value: f64,
        millis: u64,
    ) -> Option<&mut String> {
        let mut one = One {
            bucket,
            value,
            millis,
            labels: String::new(),
        };
        let all = &mut self.0;
        let place = match keeps {
            // the order of the buckets is that of the values
            Keeps::OnePerBucket => {
                let place = all.partition_point(|other| other.bucket < bucket);
                match all.get_mut(place).filter(|other| other.bucket == bucket) {
                    Some(other) => {
                        one.labels = std::mem::take(&mut other.labels);
                        *other = one;
                    }
                    None => all.insert(place, one),
                }
                place
            }
            Keeps::Spread => {
                let below = |other: &One| other.value.total_cmp(&value).is_lt();
                let place = all.partition_point(below);
                all.insert(place, one);
                self.make_room(place)
            }
        };
        self.0.get_mut(place).map(|one| &mut one.labels)
    }

    /// Removes one if there are too many, but not the `newest`. Returns where that is then.
    fn make_room(&mut self, newest: usize) -> usize {
        let all = &mut self.0;
        if all.len() <= MOST_SPREAD {
            return newest;
        }
        let leaves = old(all, newest).unwrap_or_else(|| crowding(all, newest));
        let left = all.remove(leaves);
        let newest = newest - usize::from(leaves < newest);
        if let Some(one) = all.get_mut(newest) {
            one.labels = left.labels;
        }
        newest
    }
}

/// The oldest, if it is old.
fn old(all: &[One], newest: usize) -> Option<usize> {
    let now = all.get(newest)?.millis;
    let (place, oldest) = all.iter().enumerate().min_by_key(|(_, one)| one.millis)?;
    // the wall clock may have gone back, and then nothing is old
    (now.saturating_sub(oldest.millis) > OLD_MILLIS && place != newest).then_some(place)
}

/// Of the two that are nearest to each other, the older.
fn crowding(all: &[One], newest: usize) -> usize {
    let pairs = all.iter().zip(all.iter().skip(1)).enumerate();
    let nearest = pairs.min_by_key(|(_, (a, b))| order(a.value).abs_diff(order(b.value)));
    let Some((first, (a, b))) = nearest else {
        return 0;
    };
    let second_goes = first == newest || (first + 1 != newest && b.millis < a.millis);
    first + usize::from(second_goes)
}

/// A number that grows with the value, by about 2^52 where the value doubles: the exponent stands above the mantissa
/// in a float's bits. So differences of it are those of logarithms, near enough, and of any values.
fn order(value: f64) -> i64 {
    let bits = value.to_bits().cast_signed();
    if bits < 0 { i64::MIN - bits } else { bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(kept: &mut Kept, keeps: Keeps, bucket: usize, value: f64, millis: u64) {
        let labels = kept.keep(keeps, bucket, value, millis).expect("it is kept");
        *labels = format!("{value}");
    }

    fn values(kept: &Kept) -> Vec<f64> {
        assert!(
            kept.iter()
                .all(|one| one.labels == format!("{}", one.value))
        );
        kept.iter().map(|one| one.value).collect()
    }

    #[test]
    fn a_bucket_keeps_its_newest() {
        let mut kept = Kept::default();
        for (bucket, value) in [(2, 2.5), (0, 0.1), (2, 2.1), (1, 1.5), (0, 0.9)] {
            keep(&mut kept, Keeps::OnePerBucket, bucket, value, 0);
        }
        assert_eq!(values(&kept), [0.9, 1.5, 2.1]);
    }

    #[test]
    fn what_is_spread_keeps_the_ends_and_the_newest() {
        let mut kept = Kept::default();
        let powers: Vec<f64> = (0..10).map(|n| 2_f64.powi(n)).collect();
        for (millis, value) in (0..).zip(&powers) {
            keep(&mut kept, Keeps::Spread, 0, *value, millis);
        }
        assert_eq!(values(&kept), powers);
        // it is nearest to 4, which is older
        keep(&mut kept, Keeps::Spread, 0, 4.1, 10);
        let after = [1.0, 2.0, 4.1, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];
        assert_eq!(values(&kept), after);
        // now 4.1 and 8 are the nearest, of which 8 is the older
        keep(&mut kept, Keeps::Spread, 0, 1e9, 11);
        let after = [1.0, 2.0, 4.1, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1e9];
        assert_eq!(values(&kept), after);
    }

    #[test]
    fn an_equal_value_takes_the_place_of_the_older() {
        let mut kept = Kept::default();
        for millis in 0..20 {
            keep(&mut kept, Keeps::Spread, 0, 1.0, millis);
        }
        let millis: Vec<u64> = kept.iter().map(|one| one.millis).collect();
        assert_eq!(millis.len(), MOST_SPREAD);
        assert!(millis.contains(&19), "{millis:?}");
    }

    #[test]
    fn what_is_old_goes_first() {
        let mut kept = Kept::default();
        for n in 0..10 {
            keep(&mut kept, Keeps::Spread, 0, 2_f64.powi(n), 1000);
        }
        keep(&mut kept, Keeps::Spread, 0, 1.0, 0);
        assert_eq!(kept.0[0].millis, 0, "the clock has gone back");
        let later = OLD_MILLIS + 1;
        keep(&mut kept, Keeps::Spread, 0, 100.0, later);
        assert_eq!(values(&kept).first(), Some(&2.0), "1 was old");
    }

    #[test]
    fn values_below_zero_are_in_order() {
        let ordered = [
            f64::NEG_INFINITY,
            -2.0,
            -1.0,
            -1e-300,
            0.0,
            1e-300,
            1.0,
            f64::INFINITY,
        ];
        assert!(ordered.is_sorted_by_key(|value| order(*value)));
        let doubled = |value: f64| order(2.0 * value).abs_diff(order(value));
        assert_eq!(doubled(3.0), 1 << 52);
        assert_eq!(doubled(-3.0), 1 << 52);
        let mut kept = Kept::default();
        for value in [1.0, -1.0, 0.0, -2.0] {
            keep(&mut kept, Keeps::Spread, 0, value, 0);
        }
        assert_eq!(values(&kept), [-2.0, -1.0, 0.0, 1.0]);
    }
}
