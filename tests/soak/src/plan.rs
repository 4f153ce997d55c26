//! What a run does, drawn from its seed.

use std::time::Duration;

use fastrand::Rng;

/// A run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// How long there is load; what comes before and after is not counted.
    pub(crate) load: Duration,
    /// The first part of it, after which memory is measured.
    pub(crate) warm_up: Duration,
    /// The last part of it, without faults.
    pub(crate) calm: Duration,
    pub(crate) seed: u64,
    /// Scrapes a second.
    pub(crate) scrapes: u32,
    /// Clients of the stream.
    pub(crate) clients: usize,
}

/// Faults begin in the first part of each cycle; a scrape of the last part is of a quiet second.
const CYCLE: u64 = 20;
const FAULTY: u64 = 10;

impl Plan {
    /// A run of so many seconds.
    pub(crate) fn of(seconds: u64, seed: u64) -> Self {
        Self {
            load: Duration::from_secs(seconds),
            // a heap of a hundred threads takes ten minutes until it has its size
            warm_up: Duration::from_secs(seconds / 3),
            calm: Duration::from_secs((seconds / 6).min(60)),
            seed,
            scrapes: 200,
            clients: 1_000,
        }
    }

    /// Numbers for one part of the run.
    pub(crate) fn rng(&self, part: u64) -> Rng {
        Rng::with_seed(self.seed ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// When the request with this number is due, from the begin of the load.
    pub(crate) fn due(&self, number: u64) -> Duration {
        Duration::from_secs(number / u64::from(self.scrapes))
            + Duration::from_secs(1) / self.scrapes * (number % u64::from(self.scrapes)) as u32
    }

    /// The second of its cycle in which faults are to begin at this second of the load; `None` if there are none.
    pub(crate) fn faults_at(&self, second: u64) -> Option<u64> {
        let place = second % CYCLE;
        let before_the_calm = Duration::from_secs(second) + self.calm < self.load;
        (before_the_calm && place < FAULTY).then_some(place)
    }

    /// Which cycle this second is in.
    pub(crate) fn cycle(second: u64) -> u64 {
        second / CYCLE
    }
}
