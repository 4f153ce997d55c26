//! By which time a derived value moves: that of the process, or that of a test's scope.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use super::{Derivation, sampler};
#[cfg(feature = "testing")]
use crate::update::clock::{Follows, ScopeClock};
#[cfg(feature = "testing")]
use crate::update::scope::World;

#[derive(Clone, Copy)]
pub(super) enum Time {
    Process,
    #[cfg(feature = "testing")]
    Scope(&'static ScopeClock),
}

impl Time {
    /// The time of where this thread is.
    pub(super) fn here() -> Self {
        #[cfg(feature = "testing")]
        if let Some(world) = World::current() {
            let clock = world.the(ScopeClock::still);
            if clock.stands_still() {
                return Self::Scope(clock);
            }
        }
        Self::Process
    }

    /// Nanoseconds since some moment. A time in which the process was suspended does not count where the system's
    /// monotonic clock does not count it.
    pub(super) fn nanos(self) -> u64 {
        static BEGAN: OnceLock<Instant> = OnceLock::new();
        match self {
            Self::Process => {
                let passed = BEGAN.get_or_init(Instant::now).elapsed();
                u64::try_from(passed.as_nanos()).unwrap_or(u64::MAX)
            }
            #[cfg(feature = "testing")]
            Self::Scope(clock) => clock.nanos(),
        }
    }

    /// From now on samples are taken while time passes, for as long as somebody else keeps `derivation`.
    pub(super) fn watch(self, derivation: &Arc<Derivation>) {
        match self {
            Self::Process => sampler::watch(derivation),
            #[cfg(feature = "testing")]
            Self::Scope(clock) => {
                let follower: Arc<dyn Follows> = Arc::clone(derivation) as _;
                clock.follow(Arc::downgrade(&follower));
            }
        }
    }

    /// Sees to it that it still is so.
    pub(super) fn is_watched(self) {
        match self {
            Self::Process => sampler::ensure(),
            #[cfg(feature = "testing")]
            Self::Scope(_) => {}
        }
    }
}

/// Time stands still but for the moments in which the test moves it: a sample before and one after say all.
#[cfg(feature = "testing")]
impl Follows for Derivation {
    fn look(&self) {
        self.sample();
    }
}
