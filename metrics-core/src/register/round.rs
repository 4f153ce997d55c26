//! What one gather asks of users' code, and how long it waits for it. `contain` runs the code.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::contain::{Job, SLOW};
use super::worker::{self, Work};

/// A job of which one gather asked a run.
pub(crate) struct Ticket<T> {
    job: Arc<Job<T>>,
    gather: Arc<Waiting>,
    output: OnceLock<Arc<T>>,
    /// The gather has gone on without it. Only its thread decides that, and only it reads it, so there is no model of it:
    /// what comes in the moment in which it is decided is late, or was there.
    late: AtomicBool,
}

/// A gather that waits for its jobs.
#[derive(Default)]
struct Waiting {
    /// How many have not ended.
    left: Mutex<usize>,
    none_left: Condvar,
}

impl<T> Ticket<T> {
    pub(super) fn fill(&self, output: Arc<T>) {
        // it is filled once, by the run that took it
        let _ = self.output.set(output);
        let mut left = self.gather.left();
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.gather.none_left.notify_one();
        }
    }

    /// What the run gave; `None` if the gather went on without it.
    pub(crate) fn output(&self) -> Option<&Arc<T>> {
        let output = self.output.get();
        output.filter(|_| !self.late.load(Relaxed))
    }
}

impl Waiting {
    fn left(&self) -> MutexGuard<'_, usize> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one gather asks of users' code: jobs are asked, run together, and then each ticket has what its job gave.
pub(super) struct Round {
    gather: Arc<Waiting>,
    deadline: Instant,
    /// How much time there was for a run when the gather began.
    patience: Duration,
    asked: Vec<Arc<dyn Asked>>,
}

/// A [`Ticket`], whatever its job fills.
trait Asked {
    /// Waits for a run that begins from now on; returns the job if a thread must be given it.
    fn ask(self: Arc<Self>) -> Option<Arc<dyn Work>>;

    /// How long the gather waits for it; `None` if it has ended.
    fn until(&self, round: &Round) -> Option<Instant>;

    /// Counts the job as late if it has not ended.
    fn give_up(self: Arc<Self>);
}

impl<T: Default + Send + Sync + 'static> Asked for Ticket<T> {
    fn ask(self: Arc<Self>) -> Option<Arc<dyn Work>> {
        let job = Arc::clone(&self.job);
        let mut runs = job.runs();
        let idle = runs.since.is_none() && !runs.queued;
        runs.queued |= idle;
        runs.waiting.push(self);
        drop(runs);
        idle.then_some(job as _)
    }

    /// A run of an earlier gather, which is waited for first, gets as much time as one of its own would: so no gather
    /// waits for what hangs already.
    fn until(&self, round: &Round) -> Option<Instant> {
        if self.output.get().is_some() {
            return None;
        }
        let runs = self.job.runs();
        let waits = runs
            .waiting
            .iter()
            .any(|other| std::ptr::eq(&raw const **other, self));
        let earlier = runs.since.filter(|_| waits);
        Some(earlier.map_or(round.deadline, |since| {
            round.deadline.min(since + round.patience)
        }))
    }

    fn give_up(self: Arc<Self>) {
        if self.output.get().is_none() {
            self.late.store(true, Relaxed);
            self.job.timeouts.fetch_add(1, Relaxed);
            let mut runs = self.job.runs();
            runs.waiting.retain(|other| !Arc::ptr_eq(other, &self));
        }
    }
}

impl Round {
    pub(super) fn new(deadline: Instant) -> Self {
        Self {
            gather: Arc::default(),
            deadline,
            patience: deadline.saturating_duration_since(Instant::now()),
            asked: Vec::new(),
        }
    }

    /// Asks for a run of `job`.
    ///
    /// In code that is contained itself, the job runs here and now: it is no part of what the gather around it waits for
    /// by name, and a thread that waits for another is one more.
    pub(super) fn ask<T: Default + Send + Sync + 'static>(
        &mut self,
        job: &Arc<Job<T>>,
    ) -> Arc<Ticket<T>> {
        let ticket = Arc::new(Ticket {
            job: Arc::clone(job),
            gather: Arc::clone(&self.gather),
            output: OnceLock::new(),
            late: AtomicBool::new(false),
        });
        match worker::depth() {
            0 => self.asked.push(Arc::clone(&ticket) as _),
            1 if !worker::runs_here(job.address()) => ticket.fill(job.run()),
            // what asks for itself, or asks too deep, gets nothing
            _ => (),
        }
        ticket
    }

    /// Runs what was asked for, until all of it has ended, or there is no more time.
    pub(super) fn run(self) {
        let Ok(jobs @ 1..) = u32::try_from(self.asked.len()) else {
            return;
        };
        // so that even if all but one hang, there is time for that one
        let slow = SLOW.min(self.patience / jobs.saturating_mul(2));
        *self.gather.left() = self.asked.len();
        let work = self.asked.iter().map(Arc::clone).filter_map(Asked::ask);
        worker::add(work.collect(), slow);
        while let Some(left) = self.time_left() {
            let waiting = self.gather.left();
            let woken =
                self.gather
                    .none_left
                    .wait_timeout_while(waiting, left.min(slow), |waiting| *waiting > 0);
            let (waiting, _) = woken.unwrap_or_else(PoisonError::into_inner);
            if *waiting == 0 {
                return;
            }
            drop(waiting);
            worker::unstick(slow);
        }
        for asked in self.asked {
            asked.give_up();
        }
    }

    fn time_left(&self) -> Option<Duration> {
        let until = self
            .asked
            .iter()
            .filter_map(|asked| asked.until(self))
            .max()?;
        let left = until.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}

/// Whether this is code of a user's that a gather runs, so that a gather in here is a part of that.
pub(super) fn is_nested() -> bool {
    worker::depth() > 0
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::register::contain::Home;
    use crate::update::poison;

    #[test]
    fn poisoned_locks_are_locked() {
        worker::poison_pool();
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let job = Job::<()>::new(Home::here(), |()| {
            RUNS.fetch_add(1, Relaxed);
        });
        job.poison();
        for runs in 1..=2 {
            let mut round = Round::new(Instant::now() + Duration::from_secs(30));
            poison(&round.gather.left);
            let ticket = round.ask(&job);
            round.run();
            assert!(ticket.output().is_some());
            assert_eq!(RUNS.load(Relaxed), runs);
        }
        assert_eq!((job.panics(), job.timeouts()), (0, 0));
    }

    #[test]
    fn a_run_of_an_earlier_gather_gets_as_much_time_as_one_of_its_own() {
        let job = Job::<()>::new(Home::here(), |()| ());
        let begun = Instant::now();
        let seconds = Duration::from_secs;
        let mut round = Round {
            gather: Arc::default(),
            // six seconds after the run began there was a gather that would wait ten
            deadline: begun + seconds(16),
            patience: seconds(10),
            asked: Vec::new(),
        };
        let ticket = round.ask(&job);
        assert_eq!(ticket.until(&round), Some(begun + seconds(16)));
        job.runs().since = Some(begun);
        assert_eq!(ticket.until(&round), Some(begun + seconds(16)), "its own");
        assert!(Arc::clone(&ticket).ask().is_none(), "it runs");
        assert_eq!(
            ticket.until(&round),
            Some(begun + seconds(10)),
            "an earlier one"
        );
        round.deadline = begun + seconds(3);
        assert_eq!(ticket.until(&round), Some(begun + seconds(3)));
        Arc::clone(&ticket).give_up();
        assert_eq!((job.timeouts(), job.runs().waiting.len()), (1, 0));
        ticket.fill(Arc::default());
        assert_eq!(ticket.until(&round), None);
        assert!(ticket.output().is_none(), "it came too late");
    }
}
