//! The threads that update: two that stay, in bursts, and short ones that come and go. Each keeps a ledger, and hands it
//! over when it ends.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Waker};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use fastrand::Rng;
use metrics_core::StreamEvent;

use super::ledger::{Key, Ledger, Times};
use super::metrics::{
    self, ByCustomer, ByEnd, ByRoute, BySession, ByUpdater, CUSTOMERS, End, KNOWN_CUSTOMERS, Mood,
    Route, Soak, Tick,
};

/// Two threads with so many updates a burst, and so long between bursts: 200,000 updates a second on an idle machine.
const UPDATERS: usize = 2;
const BURST: usize = 500;
const PAUSE: Duration = Duration::from_millis(5);

/// Short threads: so many updates each, and so long between them.
const SHORT: usize = 100;
const APART: Duration = Duration::from_millis(100);

/// Sessions of an updater at once.
const SESSIONS: usize = 5;

/// Everything that updates, until it is [stopped](Self::stop).
#[derive(Debug)]
pub(super) struct Updates {
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Ledger>>,
    /// What was done before they began.
    ledger: Ledger,
}

impl Updates {
    pub(super) fn start(seed: u64) -> Self {
        let mut ledger = Ledger::default();
        // so that it is known who has a series of his own
        for customer in 0..KNOWN_CUSTOMERS {
            visit(&mut ledger, customer);
        }
        let over = Arc::<AtomicBool>::default();
        let mut threads: Vec<_> = (0..UPDATERS)
            .map(|number| {
                let over = Arc::clone(&over);
                thread::spawn(move || update(number, seed + number as u64, &over))
            })
            .collect();
        let until = Arc::clone(&over);
        threads.push(thread::spawn(move || short_threads(seed, &until)));
        Self {
            over,
            threads,
            ledger,
        }
    }

    /// What all threads have done; `None` if one of them has panicked.
    pub(super) fn stop(mut self) -> Option<Ledger> {
        self.over.store(true, Relaxed);
        for thread in self.threads {
            self.ledger.merge(thread.join().ok()?);
        }
        Some(self.ledger)
    }
}

/// One of the threads that stay.
fn update(number: usize, seed: u64, over: &AtomicBool) -> Ledger {
    let soak = Soak::global();
    let mut rng = Rng::with_seed(seed);
    let mut ledger = Ledger::default();
    let mut sessions = VecDeque::new();
    for round in 1.. {
        for _ in 0..BURST {
            one(&mut ledger, &mut rng);
        }
        let labels = ByUpdater { updater: number };
        soak.rounds.with(labels).set(round);
        ledger.set(Key::Rounds(number), 8 * round);
        if round % 20 == 0 {
            session_comes_and_goes(&mut ledger, &mut sessions);
            view(&mut ledger);
            for end in [End::Ok, End::Error, End::Never] {
                call(&mut ledger, end);
            }
        }
        if round % 200 == 0 {
            call(&mut ledger, End::Panic);
        }
        if number == 0 && round % 40 == 0 {
            let number = round as u64 / 40;
            Tick { number }.emit();
            let moods = [Mood::Calm, Mood::Busy];
            soak.mood.set(moods[number as usize % 2]);
        }
        if over.load(Relaxed) {
            break;
        }
        thread::sleep(PAUSE);
    }
    ledger
}

/// One update of any of the families whose series stay.
fn one(ledger: &mut Ledger, rng: &mut Rng) {
    let soak = Soak::global();
    let route = Route::ALL[rng.usize(..4)];
    let labels = ByRoute { route };
    let eighths = rng.i64(1..1000);
    let value = eighths as f64 / 8.0;
    match rng.u8(..10) {
        0..3 => {
            let failed = rng.bool();
            soak.requests.with(ByEnd { route, failed }).inc();
            ledger.add(Key::Requests(route, failed), 8);
        }
        3 => {
            soak.energy.inc_by(value);
            ledger.add(Key::Energy, eighths);
        }
        4 if rng.bool() => {
            soak.depth.add(eighths);
            ledger.add(Key::Depth, 8 * eighths);
        }
        4 => {
            soak.depth.sub(eighths);
            ledger.add(Key::Depth, -8 * eighths);
        }
        5 => {
            soak.stored.with(labels).add(value);
            ledger.add(Key::Stored(route), eighths);
        }
        6 => {
            soak.size.with(labels).observe(eighths as u64);
            ledger.observe(Times::Size, route, 8 * eighths);
        }
        7 => {
            soak.wait.with(labels).observe(value);
            ledger.observe(Times::Wait, route, eighths);
        }
        8 => {
            soak.native.with(labels).observe(value);
            ledger.observe(Times::Native, route, eighths);
            soak.both.with(labels).observe(value);
            ledger.observe(Times::Both, route, eighths);
        }
        _ => visit(ledger, rng.usize(..CUSTOMERS)),
    }
}

fn visit(ledger: &mut Ledger, customer: usize) {
    Soak::global().visits.with(ByCustomer { customer }).inc();
    ledger.add(Key::Visits(customer), 8);
}

/// A session begins, the others go on, and the oldest is removed.
fn session_comes_and_goes(ledger: &mut Ledger, sessions: &mut VecDeque<u64>) {
    let soak = Soak::global();
    sessions.push_back(new_session());
    for session in sessions.iter().copied() {
        soak.clicks.with(BySession { session }).inc_by(3);
        ledger.add(Key::Clicks, 8 * 3);
    }
    if sessions.len() > SESSIONS
        && let Some(session) = sessions.pop_front()
    {
        soak.clicks.remove(BySession { session });
    }
}

fn view(ledger: &mut Ledger) {
    let session = new_session();
    let views = &Soak::global().views;
    views.with(BySession { session }).inc();
    ledger.add(Key::Views, 8);
}

/// A number that no other session has or had.
fn new_session() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Relaxed)
}

/// A call that ends so.
fn call(ledger: &mut Ledger, end: End) {
    // one is dropped before it is polled: it has not begun, and does not count
    drop(metrics::call(end));
    let polled = catch_unwind(AssertUnwindSafe(|| {
        let future = pin!(metrics::call(end));
        future.poll(&mut Context::from_waker(Waker::noop()))
    }));
    debug_assert_eq!(polled.is_err(), end == End::Panic);
    let outcome = match end {
        End::Ok => "ok",
        End::Error => "error",
        End::Panic => "panic",
        End::Never => "cancelled",
    };
    ledger.add(Key::Called(outcome), 8);
}

/// Starts short threads one after the other.
fn short_threads(seed: u64, over: &AtomicBool) -> Ledger {
    let mut ledger = Ledger::default();
    let mut seeds = Rng::with_seed(seed);
    while !over.load(Relaxed) {
        let mut rng = seeds.fork();
        let thread = thread::spawn(move || {
            LAST.with(|last| last.borrow_mut().0 = true);
            let mut ledger = Ledger::default();
            let session = new_session();
            let owned = Soak::global().clicks.own(BySession { session });
            for _ in 0..SHORT {
                one(&mut ledger, &mut rng);
                owned.child().inc();
            }
            ledger.add(Key::Clicks, 8 * SHORT as i64);
            ledger.add(Key::EndedThreads, 8);
            ledger
        });
        let Ok(done) = thread.join() else {
            // what it has done is not known, so that the ledger is worth nothing
            panic!("a short thread has panicked");
        };
        ledger.merge(done);
        thread::sleep(APART);
    }
    ledger
}

thread_local! {
    static LAST: RefCell<Last> = const { RefCell::new(Last(false)) };
}

/// Counts when it is dropped, which is when the thread has almost ended.
struct Last(bool);

impl Drop for Last {
    fn drop(&mut self) {
        if self.0 {
            Soak::global().ended_threads.inc();
        }
    }
}
