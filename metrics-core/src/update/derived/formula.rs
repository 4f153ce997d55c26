//! What is computed, as the derive writes it down: pure functions of what was read.

use crate::update::Buckets;

/// What a value is computed by.
#[derive(Clone, Copy, Debug)]
pub struct Formula(Form);

#[derive(Clone, Copy, Debug)]
enum Form {
    Rate {
        per_seconds: f64,
        window_nanos: u64,
    },
    Ratio {
        numerator: Linear,
        denominator: Linear,
        /// Without one, it is that of totals.
        window_nanos: Option<u64>,
    },
    Quantile {
        q: f64,
        window_nanos: u64,
    },
}

/// A sum of sources, each so many times, and of a number.
#[derive(Clone, Copy, Debug)]
pub struct Linear {
    constant: f64,
    /// One for each source.
    times: &'static [f64],
}

/// How much the samples of a window grew, and in what time.
#[derive(Debug)]
pub(super) struct Increase {
    pub(super) by: Vec<f64>,
    pub(super) nanos: u64,
}

impl Linear {
    /// The number, and how many times each source is in it.
    pub const fn new(constant: f64, times: &'static [f64]) -> Self {
        Self { constant, times }
    }

    fn of(&self, sources: &[f64]) -> f64 {
        let parts = self.times.iter().zip(sources);
        // a source that is not in it may be infinite
        let parts = parts.filter(|(times, _)| **times != 0.0);
        parts.map(|(times, source)| times * source).sum()
    }
}

impl Formula {
    /// How fast all sources grow together, in so many seconds.
    pub const fn rate(per_seconds: f64, window_nanos: u64) -> Self {
        Self(Form::Rate {
            per_seconds,
            window_nanos,
        })
    }

    /// One sum by another, of what the sources are.
    pub const fn ratio(numerator: Linear, denominator: Linear) -> Self {
        Self(Form::Ratio {
            numerator,
            denominator,
            window_nanos: None,
        })
    }

    /// One sum by another, of what the sources grew by in a window.
    pub const fn ratio_within(numerator: Linear, denominator: Linear, window_nanos: u64) -> Self {
        Self(Form::Ratio {
            numerator,
            denominator,
            window_nanos: Some(window_nanos),
        })
    }

    /// The quantile of what the only source observed.
    pub const fn quantile(q: f64, window_nanos: u64) -> Self {
        Self(Form::Quantile { q, window_nanos })
    }

    pub(super) fn window_nanos(&self) -> Option<u64> {
        match self.0 {
            Form::Rate { window_nanos, .. } | Form::Quantile { window_nanos, .. } => {
                Some(window_nanos)
            }
            Form::Ratio { window_nanos, .. } => window_nanos,
        }
    }

    /// Whether a window may begin between two samples. There is no such thing as half an observation.
    pub(super) fn between_samples(&self) -> bool {
        !matches!(self.0, Form::Quantile { .. })
    }

    /// The numbers that are kept of the sources.
    pub(super) fn measures(&self, sources: &[f64]) -> Box<[f64]> {
        match &self.0 {
            Form::Rate { .. } => [sources.iter().sum()].into(),
            Form::Ratio {
                numerator,
                denominator,
                ..
            } => [numerator.of(sources), denominator.of(sources)].into(),
            Form::Quantile { .. } => sources.into(),
        }
    }

    /// The value, by what the sources are.
    pub(super) fn of_totals(&self, sources: &[f64]) -> f64 {
        let increase = Increase {
            by: self.measures(sources).into_vec(),
            nanos: 1,
        };
        self.of_increase(&increase, &[])
    }

    /// The value, by how much the measures grew; `bounds` are those of a histogram. It may be NaN.
    pub(super) fn of_increase(&self, increase: &Increase, bounds: &[f64]) -> f64 {
        let by = |index: usize| increase.by.get(index).copied().unwrap_or(0.0);
        match &self.0 {
            Form::Rate { per_seconds, .. } => {
                by(0).max(0.0) / (increase.nanos as f64 / 1e9) * per_seconds
            }
            Form::Ratio {
                numerator,
                denominator,
                ..
            } => (by(0) + numerator.constant) / (by(1) + denominator.constant),
            Form::Quantile { q, .. } => quantile(*q, &increase.by, bounds),
        }
    }
}

/// The quantile of observations of which so many are in each bucket, the last without a bound.
fn quantile(q: f64, counts: &[f64], bounds: &[f64]) -> f64 {
    let mut sum = 0;
    let cumulative = counts.iter().map(|count| {
        sum += *count as u64;
        sum
    });
    let mut cumulative: Vec<u64> = cumulative.collect();
    let count = cumulative.pop().unwrap_or(0);
    Buckets::new(bounds, &cumulative, count, 0.0).quantile(q)
}
