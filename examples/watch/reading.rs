//! What a series is read as at a tick: its rate, its quantiles, and the last minute of what moves.

use crate::frame::{Number, Value};

/// A minute, in seconds: what a sparkline shows.
pub(crate) const SECONDS: usize = 60;

/// The newest reading of a series, of its value at this tick and at the one before.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// Growth a second: of counters, and of the counts of histograms and summaries.
    pub(crate) rate: Option<f64>,
    /// The median and the 99th percentile of the newest interval in which something was observed, at first of all.
    pub(crate) quantiles: Option<[f64; 2]>,
    /// The mean of the same, for histograms without classic buckets.
    pub(crate) mean: Option<f64>,
}

impl Reading {
    /// The reading before there is an interval.
    pub(crate) fn first(now: &Value, bounds: &[f64], grows: bool) -> Self {
        let mut first = Self::default();
        first.observe(None, now, bounds);
        first.rate = (grows || !matches!(now, Value::Number(_))).then_some(0.0);
        first
    }

    /// The reading after `seconds`. What `grows` is a counter; one that shrank has begun anew.
    pub(crate) fn advance(
        &mut self,
        before: &Value,
        now: &Value,
        bounds: &[f64],
        grows: bool,
        seconds: f64,
    ) {
        let growth = match (before, now) {
            (Value::Number(before), Value::Number(now)) => grows.then_some(now - before),
            _ => Some(count(now) - count(before)),
        };
        self.rate = growth.map(|growth| growth.max(0.0) / seconds);
        if growth.is_some_and(|growth| growth > 0.0) {
            self.observe(Some(before), now, bounds);
        }
    }

    fn observe(&mut self, before: Option<&Value>, now: &Value, bounds: &[f64]) {
        match now {
            Value::Histogram {
                count,
                sum,
                buckets,
            } => {
                let (count_before, sum_before, buckets_before) = match before {
                    Some(Value::Histogram {
                        count,
                        sum,
                        buckets,
                    }) => (*count, *sum, buckets.as_slice()),
                    _ => (0.0, 0.0, &[] as &[f64]),
                };
                let observed = count - count_before;
                if observed <= 0.0 {
                    return;
                }
                let at = |index: usize| buckets_before.get(index).copied().unwrap_or(0.0);
                let new: Vec<f64> = buckets
                    .iter()
                    .enumerate()
                    .map(|(index, n)| n - at(index))
                    .collect();
                self.quantiles = (!new.is_empty())
                    .then(|| [0.5, 0.99].map(|q| quantile(q, bounds, &new, observed)));
                self.mean = Some((sum - sum_before) / observed);
            }
            Value::Summary { quantiles, .. } => {
                let of = |q: f64| {
                    let mut pairs = quantiles.iter();
                    pairs
                        .find(|(Number(of), _)| *of == q)
                        .map(|(_, Number(value))| *value)
                };
                self.quantiles = of(0.5).zip(of(0.99)).map(<[f64; 2]>::from);
            }
            Value::Number(_) => {}
        }
    }
}

fn count(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        Value::Histogram { count, .. } | Value::Summary { count, .. } => *count,
    }
}

/// The quantile as Prometheus estimates it: linear within a bucket, the highest bound beyond all of them.
fn quantile(q: f64, bounds: &[f64], cumulative: &[f64], count: f64) -> f64 {
    let rank = q * count;
    let index = cumulative.iter().position(|n| *n >= rank);
    let Some((index, upper)) = index.and_then(|index| Some((index, *bounds.get(index)?))) else {
        return bounds.last().copied().unwrap_or(f64::NAN);
    };
    let (lower, below) = match index.checked_sub(1) {
        Some(before) => (bounds[before], cumulative[before]),
        // what is observed starts at 0, unless the bounds say otherwise
        None => (upper.min(0.0), 0.0),
    };
    let inside = cumulative[index] - below;
    if inside > 0.0 {
        lower + (upper - lower) * (rank - below) / inside
    } else {
        upper
    }
}

/// The last minute of a series, a point a second, so that a series costs the same whatever the interval.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    points: Vec<f32>,
    /// The second of the newest point, in Unix time.
    newest: u64,
}

impl History {
    /// Takes the point of this second; seconds between had the point before, as far as anybody knows.
    pub(crate) fn push(&mut self, second: u64, point: f64) {
        let point = point as f32;
        match self.points.last().copied() {
            Some(last) if second > self.newest => {
                let missed = (second - self.newest - 1).min(SECONDS as u64) as usize;
                self.points.extend(std::iter::repeat_n(last, missed));
                self.points.push(point);
            }
            Some(_) => {
                self.points.pop();
                self.points.push(point);
            }
            None => self.points.push(point),
        }
        let beyond = self.points.len().saturating_sub(SECONDS);
        self.points.drain(..beyond);
        self.newest = self.newest.max(second);
    }

    /// The points, oldest first, at most [`SECONDS`].
    pub(crate) fn points(&self) -> &[f32] {
        &self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(count: f64, sum: f64, buckets: &[f64]) -> Value {
        Value::Histogram {
            count,
            sum,
            buckets: buckets.to_vec(),
        }
    }

    #[test]
    fn a_counter_is_read_as_its_growth_a_second_and_never_shrinks() {
        let mut reading = Reading::first(&Value::Number(10.0), &[], true);
        assert_eq!(reading.rate, Some(0.0));
        reading.advance(&Value::Number(10.0), &Value::Number(13.0), &[], true, 2.0);
        assert_eq!(reading.rate, Some(1.5));
        reading.advance(&Value::Number(13.0), &Value::Number(1.0), &[], true, 2.0);
        assert_eq!(reading.rate, Some(0.0));
    }

    #[test]
    fn a_gauge_has_no_rate() {
        let mut reading = Reading::first(&Value::Number(10.0), &[], false);
        reading.advance(&Value::Number(10.0), &Value::Number(13.0), &[], false, 1.0);
        assert_eq!(reading, Reading::default());
    }

    #[test]
    fn quantiles_are_of_what_was_observed_last() {
        let bounds = [1.0, 2.0, 4.0];
        let before = histogram(100.0, 100.0, &[100.0, 100.0, 100.0]);
        let mut reading = Reading::first(&before, &bounds, false);
        assert_eq!(reading.quantiles, Some([0.5, 0.99]));
        let now = histogram(110.0, 130.0, &[100.0, 100.0, 110.0]);
        reading.advance(&before, &now, &bounds, false, 5.0);
        assert_eq!(
            (reading.rate, reading.quantiles),
            (Some(2.0), Some([3.0, 3.98]))
        );
        assert_eq!(reading.mean, Some(3.0));
        // an interval of nothing leaves them
        reading.advance(&now, &now, &bounds, false, 5.0);
        assert_eq!(
            (reading.rate, reading.quantiles),
            (Some(0.0), Some([3.0, 3.98]))
        );
    }

    #[test]
    fn a_quantile_beyond_the_bounds_is_the_highest() {
        assert_eq!(quantile(0.99, &[1.0, 2.0], &[0.0, 0.0], 5.0), 2.0);
    }

    #[test]
    fn a_minute_is_kept_and_gaps_are_filled() {
        let mut history = History::default();
        history.push(100, 1.0);
        history.push(100, 2.0);
        history.push(103, 5.0);
        assert_eq!(history.points(), [2.0, 2.0, 2.0, 5.0]);
        history.push(1_000, 7.0);
        assert_eq!(history.points().len(), SECONDS);
        assert_eq!(history.points()[SECONDS - 2..], [5.0, 7.0]);
    }
}
