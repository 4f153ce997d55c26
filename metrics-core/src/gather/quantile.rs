//! Quantiles estimated from buckets, as Prometheus' `histogram_quantile` does it.

use crate::update::Buckets;

impl Buckets<'_> {
    /// The value below which the share `q` (0 to 1) of the observations lies, estimated by linear
    /// interpolation within a bucket; 0 while there are no observations.
    ///
    /// As in Prometheus, the lowest bucket starts at 0 if its bound is positive, and what lies above the
    /// highest bound is taken to lie at it. Source: `promql/quantile.go`, `BucketQuantile`.
    ///
    /// Of a histogram without bounds the native buckets are asked, and interpolation is exponential, but in the zero
    /// bucket, which is taken to end at 0 if there is nothing below (or above) it. Source: `HistogramQuantile` there.
    ///
    /// ```
    /// use metrics_core::Buckets;
    ///
    /// let buckets = Buckets::new(&[1.0, 2.0], &[2, 4], 4, 5.0);
    /// assert_eq!(buckets.quantile(0.75), 1.5);
    /// ```
    pub fn quantile(&self, q: f64) -> f64 {
        if self.count == 0 || q.is_nan() {
            return 0.0;
        }
        let q = q.clamp(0.0, 1.0);
        if let Some(native) = self.native.filter(|_| self.bounds.is_empty()) {
            return native.quantile(q);
        }
        let rank = q * self.count as f64;
        let bucket = self
            .cumulative
            .partition_point(|count| (*count as f64) < rank);
        let bound = |index: usize| self.bounds.get(index).copied();
        let Some(upper) = bound(bucket) else {
            return self.bounds.last().copied().unwrap_or(0.0);
        };
        let below = bucket.checked_sub(1);
        let lower = match below {
            Some(below) => bound(below).unwrap_or(upper),
            None if upper <= 0.0 => return upper,
            None => 0.0,
        };
        let count = |index: usize| self.cumulative.get(index).copied().unwrap_or(0);
        let before = below.map_or(0, count);
        let inside = count(bucket).saturating_sub(before) as f64;
        if inside == 0.0 {
            return lower;
        }
        lower + (upper - lower) * ((rank - before as f64) / inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets<'a>(bounds: &'a [f64], cumulative: &'a [u64], count: u64) -> Buckets<'a> {
        Buckets::new(bounds, cumulative, count, 0.0)
    }

    #[test]
    fn edges_are_those_of_prometheus() {
        assert_eq!(buckets(&[1.0], &[0], 0).quantile(0.5), 0.0);
        assert_eq!(buckets(&[1.0, 2.0], &[0, 0], 5).quantile(0.5), 2.0);
        assert_eq!(buckets(&[-1.0, 2.0], &[4, 4], 4).quantile(0.5), -1.0);
        assert_eq!(buckets(&[1.0, 2.0], &[4, 4], 4).quantile(0.5), 0.5);
        assert_eq!(buckets(&[1.0, 2.0], &[0, 4], 4).quantile(0.0), 0.0);
        assert_eq!(buckets(&[1.0, 2.0], &[4, 4], 4).quantile(f64::NAN), 0.0);
    }
}
