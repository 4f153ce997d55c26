//! What the sources of a derived value read as, over all their labels, and how much each grew since it was first read.

use std::iter;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::update::{Metric, Number, Value};

/// One number of a source: that of a counter or gauge, or the observations in one bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Total {
    Whole(u64),
    Fraction(f64),
}

/// What all sources read as.
#[derive(Debug, Default)]
pub(super) struct Read {
    totals: Vec<Total>,
    /// Of the histogram, if the source is one.
    bounds: Vec<f64>,
}

/// How much each number grew.
///
/// It never shrinks: where a series goes that is no longer there, or a counter of another library begins anew, what it
/// had counted has still been counted.
#[derive(Debug)]
pub(super) struct Growth {
    grown: Vec<Grown>,
    /// Of the histogram. They are known with its first series, and stay when the last one goes.
    bounds: Vec<f64>,
}

#[derive(Clone, Copy, Debug)]
struct Grown {
    /// What was there at first, less what went since.
    base: Total,
    last: Total,
}

impl Read {
    pub(super) fn of(sources: &[Arc<dyn Metric>]) -> Self {
        let mut read = Self::default();
        for source in sources {
            let at = read.totals.len();
            // a source without any series counts all the same
            read.totals.push(Total::Whole(0));
            let _ = source.read_values(&mut |point| {
                match point.value {
                    Value::Number(number) => read.add(at, number),
                    Value::Histogram(buckets) => {
                        if read.bounds.is_empty() {
                            read.bounds = buckets.bounds.to_vec();
                        }
                        let counts = buckets.cumulative.iter().chain([&buckets.count]);
                        let mut below = 0;
                        for (bucket, cumulative) in counts.enumerate() {
                            let count = cumulative.saturating_sub(below);
                            read.add(at + bucket, Number::Unsigned(count));
                            below = *cumulative;
                        }
                    }
                    Value::Summary(_) => {}
                }
                ControlFlow::Continue(())
            });
        }
        read
    }

    fn add(&mut self, at: usize, number: Number) {
        if self.totals.len() <= at {
            self.totals.resize(at + 1, Total::Whole(0));
        }
        if let Some(total) = self.totals.get_mut(at) {
            *total = total.plus(number);
        }
    }

    pub(super) fn totals(&self) -> Vec<f64> {
        self.totals.iter().map(|total| total.as_f64()).collect()
    }
}

impl Growth {
    /// From here on.
    pub(super) fn since(read: &Read) -> Self {
        let grown = read.totals.iter().map(|total| Grown {
            base: *total,
            last: *total,
        });
        Self {
            grown: grown.collect(),
            bounds: read.bounds.clone(),
        }
    }

    /// Up to here.
    pub(super) fn to(&mut self, read: &Read) {
        // a histogram of open labels has its buckets with its first series
        let new = Grown {
            base: Total::Whole(0),
            last: Total::Whole(0),
        };
        if self.grown.len() < read.totals.len() {
            self.grown.resize(read.totals.len(), new);
        }
        // and has them no more when its last series has gone
        let gone = iter::repeat(&Total::Whole(0));
        for (grown, now) in self.grown.iter_mut().zip(read.totals.iter().chain(gone)) {
            grown.to(*now);
        }
        if !read.bounds.is_empty() {
            self.bounds.clone_from(&read.bounds);
        }
    }

    pub(super) fn bounds(&self) -> &[f64] {
        &self.bounds
    }

    pub(super) fn grown(&self) -> Vec<f64> {
        let grown = self.grown.iter().map(|grown| grown.last.since(grown.base));
        grown.map(Total::as_f64).collect()
    }
}

impl Grown {
    fn to(&mut self, now: Total) {
        if now.is_below(self.last) {
            // so that the difference stays as it is
            self.base = self.base.less(self.last.since(now));
        }
        self.last = now;
    }
}

impl Total {
    fn plus(self, number: Number) -> Self {
        match (self, number) {
            (Self::Whole(total), Number::Unsigned(n)) => Self::Whole(total.wrapping_add(n)),
            (total, number) => Self::Fraction(total.as_f64() + number.as_f64()),
        }
    }

    fn as_f64(self) -> f64 {
        match self {
            Self::Whole(total) => total as f64,
            Self::Fraction(total) => total,
        }
    }

    /// The difference. Whole numbers wrap, as counters do.
    fn since(self, before: Self) -> Self {
        match (self, before) {
            (Self::Whole(now), Self::Whole(before)) => Self::Whole(now.wrapping_sub(before)),
            (now, before) => Self::Fraction(now.as_f64() - before.as_f64()),
        }
    }

    fn less(self, n: Self) -> Self {
        self.since(n)
    }

    /// Whether it went back, and not round.
    fn is_below(self, before: Self) -> bool {
        match (self, before) {
            (Self::Whole(now), Self::Whole(before)) => now.wrapping_sub(before) > u64::MAX / 2,
            (now, before) => now.as_f64() < before.as_f64(),
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn read(totals: &[Total]) -> Read {
        Read {
            totals: totals.to_vec(),
            bounds: Vec::new(),
        }
    }

    #[test]
    fn what_wraps_goes_on_and_what_goes_back_stays() {
        let mut growth = Growth::since(&read(&[Total::Whole(u64::MAX - 1)]));
        for (now, expected) in [(3, 5.0), (10, 12.0), (4, 12.0), (5, 13.0)] {
            growth.to(&read(&[Total::Whole(now)]));
            assert_eq!(growth.grown(), [expected], "{now}");
        }
        let mut growth = Growth::since(&read(&[Total::Fraction(1.5)]));
        for (now, expected) in [(2.0, 0.5), (0.0, 0.5), (1.0, 1.5)] {
            growth.to(&read(&[Total::Fraction(now)]));
            assert_eq!(growth.grown(), [expected], "{now}");
        }
    }

    #[test]
    fn the_first_number_of_another_type_does_not_matter() {
        // nothing is there yet, and it is not known of what type it will be
        let mut growth = Growth::since(&read(&[Total::Whole(0)]));
        growth.to(&read(&[Total::Fraction(0.5), Total::Whole(3)]));
        assert_eq!(growth.grown(), [0.5, 3.0]);
    }
}
