//! Figures: what values say when two ticks are compared: rates of counters, quantiles of histograms; and ratios.
//! One for each group that asks for them, reckoned from the table at the group's ticks.

use std::collections::HashMap;
use std::time::Instant;

use metrics_core::{Buckets, Derived, Kind, NativeSnapshot, Number};

use super::table::{Distribution, Head, Series, Stored};

/// The quantiles that are told: p50, p90, p95 and p99.
const QUANTILES: [f64; 4] = [0.5, 0.9, 0.95, 0.99];

/// What a group remembers from one tick to the next.
#[derive(Default)]
pub(super) struct Performance {
    last: Option<Instant>,
    turn: u64,
    earlier: HashMap<u64, Earlier>,
}

struct Earlier {
    turn: u64,
    value: Value,
}

enum Value {
    Counter(Number),
    Histogram {
        distribution: Distribution,
        /// Of the newest interval in which anything was observed, and at first of all.
        quantiles: [f64; 4],
    },
}

/// What is told at a tick, by the ids of the series.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Figures {
    /// The time that rates are over; 0 at the first tick.
    pub(super) seconds: f64,
    pub(super) rates: Vec<(u64, f64)>,
    pub(super) ratios: Vec<(u64, f64)>,
    pub(super) quantiles: Vec<(u64, [f64; 4])>,
}

impl Performance {
    /// The figures of a tick at `now`, at which `series` have been read.
    pub(super) fn turn(&mut self, now: Instant, series: &[(&Head, &Series)]) -> Figures {
        self.turn += 1;
        let last = self.last.replace(now);
        let mut figures = Figures {
            seconds: last.map_or(0.0, |last| {
                now.saturating_duration_since(last).as_secs_f64()
            }),
            ..Figures::default()
        };
        for (family, series) in series {
            match &series.value {
                Stored::Number(number) if family.about.kind == Kind::Counter => {
                    let rate = self.rate(series.id, *number, figures.seconds);
                    figures.rates.push((series.id, rate));
                }
                Stored::Number(number) if is_ratio(family) => {
                    figures.ratios.push((series.id, told(number.as_f64())));
                }
                Stored::Histogram(distribution) => {
                    let quantiles = self.quantiles(series.id, &family.bounds, distribution);
                    figures.quantiles.push((series.id, quantiles));
                }
                _ => {}
            }
        }
        let turn = self.turn;
        self.earlier.retain(|_, earlier| earlier.turn == turn);
        figures
    }

    /// Since the last tick, per second: 0 at the first, and where the counter began anew.
    fn rate(&mut self, id: u64, new: Number, seconds: f64) -> f64 {
        let earlier = self.remember(id, Value::Counter(new));
        let Some(Value::Counter(old)) = earlier else {
            return 0.0;
        };
        let grown = match (old, new) {
            // exact beyond 2^53 too
            (Number::Unsigned(old), Number::Unsigned(new)) => new.saturating_sub(old) as f64,
            (old, new) => (new.as_f64() - old.as_f64()).max(0.0),
        };
        if seconds > 0.0 {
            told(grown / seconds)
        } else {
            0.0
        }
    }

    fn quantiles(&mut self, id: u64, bounds: &[f64], new: &Distribution) -> [f64; 4] {
        let quantiles = match self.earlier.get(&id).map(|earlier| &earlier.value) {
            Some(Value::Histogram {
                distribution: old,
                quantiles,
            }) => match new.since(old) {
                Some(difference) if difference.count == 0 => *quantiles,
                Some(difference) => difference.quantiles(bounds),
                // it began anew, or has wider buckets now
                None => new.quantiles(bounds),
            },
            _ => new.quantiles(bounds),
        };
        let value = Value::Histogram {
            distribution: new.clone(),
            quantiles,
        };
        self.remember(id, value);
        quantiles
    }

    fn remember(&mut self, id: u64, value: Value) -> Option<Value> {
        let earlier = Earlier {
            turn: self.turn,
            value,
        };
        self.earlier
            .insert(id, earlier)
            .map(|earlier| earlier.value)
    }
}

/// Whether a family's value is a share.
fn is_ratio(family: &Head) -> bool {
    family.about.kind == Kind::Gauge
        && (family.about.derived == Some(Derived::Ratio) || family.about.unit == "ratio")
}

/// A figure is a number, also where what it is reckoned of is none.
fn told(figure: f64) -> f64 {
    if figure.is_nan() { 0.0 } else { figure }
}

impl Distribution {
    /// What was observed after `old`; `None` if the two cannot be compared.
    fn since(&self, old: &Self) -> Option<Self> {
        let both = self.cumulative.iter().zip(&old.cumulative);
        let native = match (&self.native, &old.native) {
            (Some(new), Some(old)) => Some(Box::new(native_since(new, old)?)),
            _ => None,
        };
        Some(Self {
            count: self.count.checked_sub(old.count)?,
            sum: self.sum - old.sum,
            cumulative: both
                .map(|(new, old)| new.checked_sub(*old))
                .collect::<Option<_>>()?,
            native,
        })
    }

    /// Those of [`QUANTILES`]; 0 while there are no observations.
    fn quantiles(&self, bounds: &[f64]) -> [f64; 4] {
        let native = self.native.as_deref().map(NativeSnapshot::as_buckets);
        let buckets = Buckets::new(bounds, &self.cumulative, self.count, self.sum);
        let buckets = match &native {
            Some(native) => buckets.native(native),
            None => buckets,
        };
        QUANTILES.map(|q| told(buckets.quantile(q)))
    }
}

/// What came into native buckets after `old`; `None` if the two cannot be compared.
fn native_since(new: &NativeSnapshot, old: &NativeSnapshot) -> Option<NativeSnapshot> {
    if (new.schema, new.zero_threshold) != (old.schema, old.zero_threshold) {
        return None;
    }
    Some(NativeSnapshot {
        schema: new.schema,
        zero_threshold: new.zero_threshold,
        zero_count: new.zero_count.checked_sub(old.zero_count)?,
        positive: grown(&new.positive, &old.positive)?,
        negative: grown(&new.negative, &old.negative)?,
    })
}

/// By how much each bucket has grown; `None` if one has shrunk. Both are in the order of the buckets' numbers.
fn grown(new: &[(i32, u64)], old: &[(i32, u64)]) -> Option<Vec<(i32, u64)>> {
    let mut old = old.iter().peekable();
    let mut grown = Vec::new();
    for (index, count) in new {
        let before = match old.next_if(|(before, _)| before <= index) {
            Some((before, count)) if before == index => *count,
            // a bucket that is not there any more
            Some(_) => return None,
            None => 0,
        };
        let more = count.checked_sub(before)?;
        if more > 0 {
            grown.push((*index, more));
        }
    }
    old.next().is_none().then_some(grown)
}

#[cfg(test)]
mod tests;
