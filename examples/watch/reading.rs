//! How a series is read at a tick: its rate, its quantiles, and the last minute of what moves.

use crate::frame::{Quantiles, Value};

/// A minute, in seconds: what a sparkline shows.
pub(crate) const SECONDS: usize = 60;

/// The newest reading of a series. What the server does not reckon is reckoned here: how many observations a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// Growth a second: of counters, and of the counts of histograms and summaries.
    pub(crate) rate: Option<f64>,
    /// Of the newest interval in which something was observed, at first of all.
    pub(crate) quantiles: Option<Quantiles>,
    /// How many observations there were at this reading.
    counted: Option<f64>,
}

impl Reading {
    /// Reads a series after `seconds`, with what the server says of it.
    pub(crate) fn advance(
        &mut self,
        value: &Value,
        rate: Option<f64>,
        quantiles: Option<Quantiles>,
        seconds: f64,
    ) {
        let count = count(value);
        let observed = count.map(|count| match self.counted {
            // one that shrank has begun anew
            Some(before) if seconds > 0.0 => (count - before).max(0.0) / seconds,
            _ => 0.0,
        });
        self.rate = rate.or(observed);
        self.quantiles = quantiles.filter(|_| count.is_some_and(|count| count > 0.0));
        self.counted = count;
    }
}

fn count(value: &Value) -> Option<f64> {
    match value {
        Value::Number(_) => None,
        Value::Histogram { count } | Value::Summary { count, .. } => Some(*count),
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

    #[test]
    fn the_rate_of_a_histogram_is_of_its_observations() {
        let mut reading = Reading::default();
        let read = |reading: &mut Reading, count, seconds| {
            reading.advance(&Value::Histogram { count }, None, None, seconds);
            reading.rate
        };
        assert_eq!(read(&mut reading, 10.0, 0.0), Some(0.0));
        assert_eq!(read(&mut reading, 13.0, 2.0), Some(1.5));
        assert_eq!(read(&mut reading, 1.0, 2.0), Some(0.0));
    }

    #[test]
    fn quantiles_of_nothing_are_none() {
        let quantiles = Quantiles { p50: 0.0, p99: 0.0 };
        let mut reading = Reading::default();
        reading.advance(&Value::Histogram { count: 0.0 }, None, Some(quantiles), 1.0);
        assert_eq!(reading.quantiles, None);
        reading.advance(&Value::Histogram { count: 1.0 }, None, Some(quantiles), 1.0);
        assert_eq!(reading.quantiles, Some(quantiles));
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
