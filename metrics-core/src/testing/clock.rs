//! The clock of a scope, as the test holds it.

use std::time::Duration;

use crate::update::ScopeClock;

/// The clock of a [`Scope`](super::Scope): it stands still until the test moves it, so that durations are exact.
///
/// It times what this crate times: `#[timed]` calls, and the windows of values that are computed of other metrics
/// (`#[metric(rate_of = …)]`) of sets that were made in the scope. A call that began in a scope ends by the clock of that scope.
/// `Instant::now()` and the timers of a runtime go on as ever; with `tokio`'s paused time, advance both.
///
/// A copy is the same clock.
///
/// ```
/// use metrics_core::testing::{Scope, assert_changes};
/// use metrics_core::{Histogram, MetricSet, timed};
/// use std::time::Duration;
///
/// /// An oven.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "oven")]
/// struct Oven {
///     /// Time to bake a loaf.
///     #[metric(unit = "seconds")]
///     baking: Histogram,
/// }
///
/// #[timed(Oven::baking)]
/// fn bake(wait: impl Fn()) {
///     wait();
/// }
///
/// let scope = Scope::new();
/// let clock = scope.clock();
/// assert_changes(
///     scope.registry(),
///     || scope.run(|| bake(|| clock.advance(Duration::from_millis(250)))),
///     "oven_baking_seconds_count +1
///      oven_baking_seconds_sum +0.25",
/// );
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Clock(&'static ScopeClock);

impl Clock {
    pub(super) fn new(clock: &'static ScopeClock) -> Self {
        Self(clock)
    }

    /// Lets time pass, for all calls that are under way in the scope.
    ///
    /// # Panics
    ///
    /// If the scope is on the real clock, which nobody can move.
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        assert!(
            self.0.advance(by),
            "the scope is on the real clock, which cannot be advanced; make it by `Scope::new()`"
        );
    }

    /// The time that has passed since the scope was made, by [`Clock::advance`] alone; zero on the real clock.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.0.nanos())
    }
}
