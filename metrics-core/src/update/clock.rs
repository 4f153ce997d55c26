//! The clock that times calls: monotonic, so that a duration is never negative.
//!
//! Two reads of the system's clock are most of what timing a call costs. Where the kernel itself keeps time by the
//! processor's time stamp counter, that counter is read instead, in less than half the time.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A moment to measure from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stamp {
    Ticks(u64),
    System(Instant),
    #[cfg(feature = "testing")]
    Manual(&'static ScopeClock, u64),
}

impl Stamp {
    #[inline]
    pub(super) fn now() -> Self {
        #[cfg(feature = "testing")]
        if let Some(stamp) = manual::now() {
            return stamp;
        }
        match ticks::now() {
            Some(ticks) => Self::Ticks(ticks),
            None => Self::System(Instant::now()),
        }
    }

    /// The nanoseconds since, at most `i64::MAX`.
    #[inline]
    pub(super) fn elapsed_nanos(self) -> u64 {
        match self {
            Self::Ticks(start) => ticks::nanos_since(start),
            Self::System(start) => i64::try_from(start.elapsed().as_nanos())
                .unwrap_or(i64::MAX)
                .cast_unsigned(),
            // the clock of the beginning, wherever the end is
            #[cfg(feature = "testing")]
            Self::Manual(clock, start) => clock.nanos().saturating_sub(start),
        }
    }
}

/// The time of day, in milliseconds since 1970: to tell when something was, and not to measure by, since it may be set
/// back.
pub(super) fn now_millis() -> u64 {
    millis_of(SystemTime::now())
}

/// 0 on a machine that believes to be before 1970.
fn millis_of(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(feature = "testing")]
pub(super) use manual::Follows;
#[cfg(feature = "testing")]
pub(crate) use manual::ScopeClock;

/// The clock of a test's scope: it stands still until the test moves it.
#[cfg(feature = "testing")]
mod manual {
    use std::fmt;
    use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
    use std::sync::{Mutex, PoisonError, Weak};
    use std::time::Duration;

    use super::Stamp;
    use crate::update::World;

    /// `None` where the scope is on the process' clocks.
    pub(crate) struct ScopeClock(Option<Manual>);

    #[derive(Default)]
    struct Manual {
        /// Since the scope was made.
        nanos: AtomicU64,
        followers: Mutex<Vec<Weak<dyn Follows>>>,
    }

    /// What looks at other things while time passes.
    pub(in crate::update) trait Follows: Send + Sync {
        /// Called just before the clock is moved, and just after.
        fn look(&self);
    }

    pub(super) fn now() -> Option<Stamp> {
        let clock = World::current()?.the(ScopeClock::still);
        let nanos = clock.0.as_ref()?.nanos.load(SeqCst);
        Some(Stamp::Manual(clock, nanos))
    }

    impl ScopeClock {
        pub(crate) fn still() -> Self {
            Self(Some(Manual::default()))
        }

        pub(crate) fn real() -> Self {
            Self(None)
        }

        /// Moves it on; returns whether it is one to be moved.
        pub(crate) fn advance(&self, by: Duration) -> bool {
            let Some(clock) = &self.0 else {
                return false;
            };
            let by = i64::try_from(by.as_nanos()).unwrap_or(i64::MAX);
            let moved = |nanos: u64| {
                let later = nanos.saturating_add(by.cast_unsigned());
                Some(later.min(i64::MAX.cast_unsigned()))
            };
            clock.all_look();
            let _ = clock.nanos.fetch_update(SeqCst, SeqCst, moved);
            clock.all_look();
            true
        }

        /// Whether it is one to be moved.
        pub(in crate::update) fn stands_still(&self) -> bool {
            self.0.is_some()
        }

        /// Has `follower` look whenever it is moved, for as long as that is kept elsewhere.
        pub(in crate::update) fn follow(&self, follower: Weak<dyn Follows>) {
            if let Some(clock) = &self.0 {
                let mut followers = clock
                    .followers
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                followers.push(follower);
            }
        }

        /// What it shows.
        pub(crate) fn nanos(&self) -> u64 {
            self.0.as_ref().map_or(0, |clock| clock.nanos.load(SeqCst))
        }
    }

    impl Manual {
        fn all_look(&self) {
            let followers = {
                let mut all = self
                    .followers
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                all.retain(|follower| follower.strong_count() > 0);
                all.clone()
            };
            for follower in followers.iter().filter_map(Weak::upgrade) {
                follower.look();
            }
        }
    }

    impl fmt::Debug for ScopeClock {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_tuple("ScopeClock").field(&self.nanos()).finish()
        }
    }
}

/// Finds out which clock to use. It takes a moment, at worst a fifth of a second, so it is done where histograms are
/// made; until then the system's clock is read.
pub(super) use ticks::prepare;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod ticks {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use std::time::{Duration, Instant};

    use quanta::Clock;

    /// Here the kernel says what it keeps time by.
    const SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";

    /// The counter is compared with the system's clock over a time so long that the error, a few hundred nanoseconds
    /// at both ends, is in the order of 1 ppm.
    const FIT_AFTER: Duration = Duration::from_millis(200);

    static COUNTER: OnceLock<Option<Counter>> = OnceLock::new();

    #[derive(Debug)]
    struct Counter {
        clock: Clock,
        began: (Instant, u64),
        // two words of which each stands for itself, so there is no model of them: between them, the fit is the coarser
        /// From here on there is a better fit to be had; `u64::MAX` once it was made.
        fit_at: AtomicU64,
        /// Nanoseconds in 2^32 ticks.
        nanos: AtomicU64,
    }

    pub(in crate::update) fn prepare() {
        COUNTER.get_or_init(|| {
            let source = std::fs::read_to_string(SOURCE);
            let trusted = source.is_ok_and(|source| source.trim() == "tsc");
            trusted.then(Counter::begin)
        });
    }

    #[inline]
    pub(super) fn now() -> Option<u64> {
        let counter = COUNTER.get()?.as_ref()?;
        Some(counter.clock.raw())
    }

    #[inline]
    pub(super) fn nanos_since(start: u64) -> u64 {
        let Some(Some(counter)) = COUNTER.get() else {
            return 0;
        };
        let now = counter.clock.raw();
        if now >= counter.fit_at.load(Relaxed) {
            counter.fit();
        }
        // the counters of two cores may differ by a few ticks
        let ticks = now.saturating_sub(start);
        let nanos = (u128::from(ticks) * u128::from(counter.nanos.load(Relaxed))) >> u32::BITS;
        nanos as u64 & (u64::MAX >> 1)
    }

    impl Counter {
        fn begin() -> Self {
            // it calibrates itself within a millisecond, as a rule to some 10 ppm, at worst to 0.2 %
            let clock = Clock::new();
            let nanos = clock.delta_as_nanos(0, 1 << u32::BITS);
            let began = both(&clock);
            let ticks = (FIT_AFTER.as_nanos() << u32::BITS) / u128::from(nanos.max(1));
            Self {
                clock,
                began,
                fit_at: AtomicU64::new(began.1.saturating_add(ticks as u64)),
                nanos: AtomicU64::new(nanos),
            }
        }

        /// Compares the counter with the system's clock since the beginning.
        #[cold]
        #[inline(never)]
        fn fit(&self) {
            if self.fit_at.swap(u64::MAX, Relaxed) == u64::MAX {
                return;
            }
            let (now, ticks) = both(&self.clock);
            let nanos = (now - self.began.0).as_nanos() << u32::BITS;
            let ticks = ticks.saturating_sub(self.began.1).max(1);
            let Ok(nanos) = u64::try_from(nanos / u128::from(ticks)) else {
                return;
            };
            // further apart than the first calibration can be wrong: the machine was suspended meanwhile, which one of
            // the clocks has not counted
            if nanos.abs_diff(self.nanos.load(Relaxed)) < nanos / 100 {
                self.nanos.store(nanos, Relaxed);
            }
        }
    }

    /// Both clocks at one moment, as near as some tries bring them.
    fn both(clock: &Clock) -> (Instant, u64) {
        let tries = std::iter::repeat_with(|| {
            let before = clock.raw();
            let now = Instant::now();
            let between = clock.raw().saturating_sub(before);
            (between, (now, before + between / 2))
        });
        let nearest = tries.take(16).min_by_key(|(between, _)| *between);
        nearest.map_or_else(|| (Instant::now(), clock.raw()), |(_, both)| both)
    }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod ticks {
    pub(in crate::update) fn prepare() {}

    pub(super) fn now() -> Option<u64> {
        None
    }

    pub(super) fn nanos_since(_: u64) -> u64 {
        0
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn no_time_has_passed_since_a_moment_to_come() {
        prepare();
        let mut to_come = vec![Stamp::System(Instant::now() + Duration::from_secs(3600))];
        if let Some(now) = ticks::now() {
            to_come.extend([now + (1 << 40), u64::MAX].map(Stamp::Ticks));
        }
        for stamp in to_come {
            assert_eq!(stamp.elapsed_nanos(), 0, "{stamp:?}");
        }
    }

    #[test]
    fn a_day_before_1970_is_0() {
        let second = Duration::from_secs(1);
        for (time, millis) in [
            (UNIX_EPOCH - second, 0),
            (UNIX_EPOCH, 0),
            (UNIX_EPOCH + second, 1000),
        ] {
            assert_eq!(millis_of(time), millis, "{time:?}");
        }
    }

    #[test]
    fn it_keeps_the_time_of_the_system() {
        prepare();
        // with the coarse fit, and past the better one
        for _ in 0..6 {
            let (before, stamp, after) = (Instant::now(), Stamp::now(), Instant::now());
            std::thread::sleep(Duration::from_millis(50));
            let least = after.elapsed().as_nanos() as f64;
            let nanos = stamp.elapsed_nanos() as f64;
            let most = before.elapsed().as_nanos() as f64;
            assert!(
                nanos >= least * 0.99 && nanos <= most * 1.01,
                "{least} {nanos} {most}"
            );
        }
    }
}
