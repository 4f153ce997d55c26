//! Values computed of other metrics of a set: `#[metric(rate_of = …)]`, `#[metric(ratio = …)]`, `#[metric(quantile_of = …)]`.
//! `formula` says what is computed, `totals` what is read of the sources, `window` keeps what they were, and `sampler`
//! and `time` see to it that they are looked at while time passes.

mod formula;
mod sampler;
mod time;
mod totals;
mod window;

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Metric, MetricField};
use crate::declare::Descriptor;

pub use formula::{Formula, Linear};
use time::Time;
use totals::{Growth, Read};
use window::Window;

/// A metric type whose value may be computed of other metrics.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be computed of other metrics",
    label = "make it `Gauge<(), f64>`",
    note = "`rate_of`, `ratio` and `quantile_of` make fractions that go up and down: the field is a gauge of `f64` without labels"
)]
pub trait DerivedField: MetricField {
    /// A metric that has the value of `formula`, computed of `sources`.
    fn derived(
        descriptor: &'static Descriptor,
        formula: Formula,
        sources: &[Arc<dyn Metric>],
    ) -> Self;
}

/// A formula, its sources, and what they were in its window.
pub(super) struct Derivation {
    formula: Formula,
    sources: Vec<Arc<dyn Metric>>,
    time: Time,
    /// Nothing is kept of totals.
    seen: Option<Mutex<Seen>>,
    /// The bits of what was computed last. It orders nothing, so there is no model of it.
    last: AtomicU64,
}

struct Seen {
    /// Nothing before the first look.
    growth: Option<Growth>,
    window: Window,
}

/// Whoever finds another thread computing waits so long for it, and then shows what was computed last. It is a matter of
/// microseconds, except where the sources are many, where the other thread is kept from running, and in a child that was
/// forked meanwhile: there nobody ever ends it, and what was computed before the fork is shown.
const PATIENCE: Duration = Duration::from_millis(20);

impl Derivation {
    pub(super) fn new(formula: Formula, sources: &[Arc<dyn Metric>]) -> Arc<Self> {
        let time = Time::here();
        let new = Arc::new(Self {
            formula,
            sources: sources.to_vec(),
            time,
            seen: formula.window_nanos().map(|window| {
                Mutex::new(Seen {
                    growth: None,
                    window: Window::new(window),
                })
            }),
            last: AtomicU64::new(0),
        });
        // code of users is run for who gathers, who can do without it, and not for a thread that all share; nor here, where
        // it may want the set that is being made
        if new.seen.is_some() && !new.runs_user_code() {
            new.sample();
            time.watch(&new);
        }
        new
    }

    /// Whether a source is not of this crate.
    pub(super) fn runs_user_code(&self) -> bool {
        self.sources.iter().any(|source| source.runs_user_code())
    }

    /// The value now: finite, and 0 where there is nothing to compute it of.
    pub(super) fn value(&self) -> f64 {
        match &self.seen {
            None => {
                let totals = Read::of(&self.sources).totals();
                finite(self.formula.of_totals(&totals))
            }
            Some(seen) => {
                self.time.is_watched();
                match lock(seen) {
                    Some(mut seen) => self.look(&mut seen),
                    None => f64::from_bits(self.last.load(Relaxed)),
                }
            }
        }
    }

    /// Keeps what the sources are now.
    fn sample(&self) {
        let seen = self.seen.as_ref().map(Mutex::try_lock);
        // whoever is at it takes a sample too
        if let Some(Ok(mut seen)) = seen.map(or_poisoned) {
            self.look(&mut seen);
        }
    }

    /// Keeps what the sources are now, and the value that they make. It is kept by whoever looks, so that who cannot wait
    /// for a look is not shown what was read long ago, or the 0 of before.
    fn look(&self, seen: &mut Seen) -> f64 {
        let now = self.time.nanos();
        seen.look(&self.formula, &Read::of(&self.sources), now);
        let increase = seen.window.increase(now, self.formula.between_samples());
        let value = finite(self.formula.of_increase(&increase, seen.bounds()));
        self.last.store(value.to_bits(), Relaxed);
        value
    }

    /// How often to take a sample.
    fn every(&self) -> Duration {
        let window = self.formula.window_nanos().unwrap_or(u64::MAX);
        Duration::from_nanos(window::sampled_every(window))
    }
}

impl Seen {
    fn look(&mut self, formula: &Formula, read: &Read, now: u64) {
        let growth = self.growth.get_or_insert_with(|| Growth::since(read));
        growth.to(read);
        let sample = formula.measures(&growth.grown());
        self.window.push(now, sample);
    }

    fn bounds(&self) -> &[f64] {
        self.growth.as_ref().map_or(&[], Growth::bounds)
    }
}

/// 0 where there is nothing to compute a value of.
fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

/// Whoever panicked, in a metric of a user's own type, has left nothing half done.
fn or_poisoned<G>(locked: Result<G, TryLockError<G>>) -> Result<G, TryLockError<G>> {
    locked.or_else(|error| match error {
        TryLockError::Poisoned(poisoned) => Ok(poisoned.into_inner()),
        TryLockError::WouldBlock => Err(error),
    })
}

/// `None` after [`PATIENCE`].
fn lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    let mut began = None;
    loop {
        if let Ok(locked) = or_poisoned(mutex.try_lock()) {
            return Some(locked);
        }
        if began.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
            return None;
        }
        thread::yield_now();
    }
}

impl fmt::Debug for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Derivation").field(&self.formula).finish()
    }
}
