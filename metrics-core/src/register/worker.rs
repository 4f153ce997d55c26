//! The threads on which code of users runs, so that no scrape waits for it longer than it wants to: one for all
//! registries of the process, and one more for each job that keeps one of them busy.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::update::{PerProcess, forget_panic};

/// For so long an idle thread waits for the next gather. Longer than the default scrape interval of Prometheus, one
/// minute, so that a process that is scraped keeps its thread.
const IDLE: Duration = Duration::from_secs(90);

/// How the threads are called; Linux shows 15 bytes of it.
const NAME: &str = "metrics-collect";

/// What a thread can be given to do.
pub(super) trait Work: Send + Sync {
    /// Does it. Code of users may panic in here.
    fn work(self: Arc<Self>);
}

/// A forked child has none of its parent's threads.
static POOL: PerProcess<Pool> = PerProcess::new();

#[derive(Default)]
struct Pool {
    state: Mutex<State>,
    /// There is more to do.
    more: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Arc<dyn Work>>,
    workers: usize,
    /// Those that wait for work.
    idle: usize,
    /// When a thread last took something from the queue, or was started to do so.
    taken: Option<Instant>,
}

/// Gives `all` to the threads, in this order.
pub(super) fn add(all: Vec<Arc<dyn Work>>, slow: Duration) {
    let pool = POOL.get();
    let mut state = pool.state();
    state.queue.extend(all);
    if state.idle > 0 {
        pool.more.notify_one();
    } else {
        state.start_if_stuck(slow);
    }
}

/// Starts another thread if nobody has taken from the queue for `slow`, though there is something.
pub(super) fn unstick(slow: Duration) {
    POOL.get().state().start_if_stuck(slow);
}

/// For tests of those who give work.
#[cfg(all(test, not(loom)))]
pub(super) fn poison_pool() {
    crate::update::poison(&POOL.get().state);
}

impl Pool {
    /// No code of users runs under this lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut state = self.state();
        loop {
            if let Some(work) = state.queue.pop_front() {
                state.taken = Some(Instant::now());
                drop(state);
                // also what is dropped here may be the user's
                let done = catch_unwind(AssertUnwindSafe(move || work.work()));
                let _ = done.map_err(forget_panic);
                state = self.state();
                continue;
            }
            if state.idle > 0 {
                // one is enough for most registries
                break;
            }
            state.idle += 1;
            let woken = self.more.wait_timeout(state, IDLE);
            let (again, waited) = woken.unwrap_or_else(PoisonError::into_inner);
            state = again;
            state.idle -= 1;
            if waited.timed_out() && state.queue.is_empty() {
                break;
            }
        }
        state.workers -= 1;
    }
}

impl State {
    /// A thread that was started and has not yet come so far counts as having taken something: a busy machine is not
    /// made busier.
    fn start_if_stuck(&mut self, slow: Duration) {
        let stuck = self.workers == 0 || self.taken.is_none_or(|taken| taken.elapsed() >= slow);
        if self.queue.is_empty() || !stuck {
            return;
        }
        let thread = thread::Builder::new().name(NAME.to_owned());
        // where the system has no more threads, whoever waits comes here again
        if thread.spawn(|| POOL.get().serve()).is_ok() {
            self.workers += 1;
            self.taken = Some(Instant::now());
        }
    }
}

thread_local! {
    /// The jobs that run on this thread, by their addresses, the outermost first.
    static RUNNING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// How many jobs run on this thread, inside each other.
pub(super) fn depth() -> usize {
    // code that runs while a thread is torn down is in no job
    RUNNING
        .try_with(|running| running.borrow().len())
        .unwrap_or(0)
}

/// Whether the job at this address runs on this thread.
pub(super) fn runs_here(job: usize) -> bool {
    let runs = RUNNING.try_with(|running| running.borrow().contains(&job));
    runs.unwrap_or(false)
}

/// Until this is dropped, the job at `job` runs on this thread.
pub(super) struct Inside(());

impl Inside {
    pub(super) fn enter(job: usize) -> Self {
        // `Inside` pops what is pushed here, or neither of them does anything
        let _ = RUNNING.try_with(|running| running.borrow_mut().push(job));
        Self(())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let _ = RUNNING.try_with(|running| running.borrow_mut().pop());
    }
}
