//! Native buckets in plain numbers: between which bounds each lies, and the quantiles estimated from them.

use crate::update::NativeBuckets;

impl NativeBuckets<'_> {
    /// Every bucket that holds anything, from below: its lower bound, its upper bound, and how many observations it
    /// holds. Above 0 the upper bound belongs to the bucket, below 0 the lower, and both to the zero bucket.
    ///
    /// ```
    /// use metrics_core::NativeBuckets;
    ///
    /// let native = NativeBuckets::empty(0, 0.001).counts(3, &[(1, 5)], &[(3, 1)]);
    /// let ranges: Vec<_> = native.ranges().collect();
    /// assert_eq!(ranges, [(-8.0, -4.0, 1), (-0.001, 0.001, 3), (1.0, 2.0, 5)]);
    /// ```
    pub fn ranges(&self) -> impl DoubleEndedIterator<Item = (f64, f64, u64)> {
        let schema = self.schema;
        let lower = move |index: i32| bound(schema, i64::from(index) - 1);
        let upper = move |index: i32| bound(schema, i64::from(index));
        let negative = self.negative.iter().rev();
        let negative = negative.map(move |(index, count)| (-upper(*index), -lower(*index), *count));
        let zero = (-self.zero_threshold, self.zero_threshold, self.zero_count);
        let positive = self.positive.iter();
        let positive = positive.map(move |(index, count)| (lower(*index), upper(*index), *count));
        let all = negative.chain([zero]).chain(positive);
        all.filter(|(_, _, count)| *count > 0)
    }

    /// See [`Buckets::quantile`](crate::Buckets::quantile). Source: `promql/quantile.go`, `HistogramQuantile`.
    pub(super) fn quantile(&self, q: f64) -> f64 {
        let total = self.ranges().map(|(_, _, count)| count as f64).sum::<f64>();
        if q < 0.5 {
            self.interpolate(self.ranges(), q * total, |fraction| fraction)
        } else {
            let down = |fraction| 1.0 - fraction;
            self.interpolate(self.ranges().rev(), (1.0 - q) * total, down)
        }
    }

    /// The value with `rank` observations before it, as `ranges` come; `fraction` turns the share of a bucket that is
    /// before it into that which is below it.
    fn interpolate(
        &self,
        ranges: impl Iterator<Item = (f64, f64, u64)>,
        rank: f64,
        fraction: impl Fn(f64) -> f64,
    ) -> f64 {
        let (mut before, mut found) = (0.0, None);
        for (lower, upper, count) in ranges {
            let count = count as f64;
            found = Some((lower, upper, (rank - before) / count));
            before += count;
            if before >= rank {
                break;
            }
        }
        let Some((lower, upper, share)) = found else {
            return 0.0;
        };
        let fraction = fraction(share);
        if lower <= 0.0 && upper >= 0.0 {
            // where there is nothing on the other side of 0, the zero bucket ends there
            let lower = if self.negative.is_empty() && !self.positive.is_empty() {
                0.0
            } else {
                lower
            };
            let upper = if self.positive.is_empty() && !self.negative.is_empty() {
                0.0
            } else {
                upper
            };
            return lower + (upper - lower) * fraction;
        }
        // between a bound that is infinite and the one before it there is no other number
        if let Some(infinite) = [lower, upper].into_iter().find(|bound| bound.is_infinite()) {
            return infinite;
        }
        // between the logarithms of the bounds, as all buckets are equally wide there
        let (from, to) = (lower.abs().log2(), upper.abs().log2());
        (from + (to - from) * fraction).exp2().copysign(lower)
    }
}

/// The upper bound of a bucket above 0. That of the last is the largest number: so it is in Prometheus,
/// `model/histogram/generic.go`, `getBoundExponential`.
fn bound(schema: i32, index: i64) -> f64 {
    let fine = schema.clamp(0, 62);
    let (whole, rest) = (index >> fine, index & ((1 << fine) - 1));
    // powers of two are exact, and only what is left is rounded
    let power = whole as f64 * (-f64::from(schema.min(0))).exp2();
    if power == 1024.0 && rest == 0 {
        return f64::MAX;
    }
    let fraction = (rest as f64 * f64::from(-fine).exp2()).exp2();
    fraction * power.exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_powers_of_the_factor() {
        for (schema, index, expected) in [
            (0, 0, 1.0),
            (0, -1, 0.5),
            (0, 1024, f64::MAX),
            (0, -1074, 5e-324),
            (-4, 1, 65_536.0),
            (-4, 64, f64::MAX),
            (1, 1, std::f64::consts::SQRT_2),
            (1, -1, std::f64::consts::FRAC_1_SQRT_2),
            (8, 256, 2.0),
            (8, -512, 0.25),
            (8, 262_144, f64::MAX),
        ] {
            assert_eq!(bound(schema, index), expected, "{schema} {index}");
        }
        assert_eq!(bound(3, 8193), f64::INFINITY);
        // no schema that a histogram of this crate has, but one that a metric of a user's may tell
        assert_eq!(bound(i32::MIN, 1), f64::INFINITY);
    }

    /// The cases of `promql/testdata/native_histograms.test` of Prometheus, by the same rules.
    #[test]
    fn quantiles_are_those_of_prometheus() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");
        // the middle of (1, 2] is where it would be split by twice the resolution
        let one = NativeBuckets::empty(0, 0.0).counts(0, &[(1, 2)], &[]);
        close(one.quantile(0.5), std::f64::consts::SQRT_2);
        close(one.quantile(0.0), 1.0);
        close(one.quantile(1.0), 2.0);
        let mirrored = NativeBuckets::empty(0, 0.0).counts(0, &[], &[(1, 4)]);
        close(mirrored.quantile(0.0), -2.0);
        close(mirrored.quantile(0.25), -(2_f64.powf(0.75)));
        close(mirrored.quantile(1.0), -1.0);
        // linear in the zero bucket, which ends at 0 if nothing is below
        let zero = NativeBuckets::empty(0, 0.5).counts(4, &[(1, 4)], &[]);
        close(zero.quantile(0.25), 0.25);
        let both = NativeBuckets::empty(0, 0.5).counts(2, &[(1, 1)], &[(1, 1)]);
        close(both.quantile(0.5), 0.0);
        close(both.quantile(0.375), -0.25);
        // the buckets of the infinities hold nothing else
        let ends = NativeBuckets::empty(0, 0.0).counts(0, &[(1025, 1)], &[(1025, 1)]);
        for (q, value) in [
            (0.0, f64::NEG_INFINITY),
            (0.4, f64::NEG_INFINITY),
            (1.0, f64::INFINITY),
        ] {
            assert_eq!(ends.quantile(q), value, "{q}");
        }
        let alone = NativeBuckets::empty(0, 0.5).counts(4, &[], &[]);
        close(alone.quantile(0.5), 0.0);
        close(NativeBuckets::empty(0, 0.5).quantile(0.5), 0.0);
    }
}
