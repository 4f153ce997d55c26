//! Code of users that updates the family whose update runs it: a `Display` of a label's value.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use metrics_core::{Counter, LabelSet, MetricSet, Registry};

/// So much patience is enough for everything that does not hang.
const LONG: Duration = Duration::from_secs(30);

/// A number that counts how often it is shown, in the family that shows it.
#[derive(Clone, Copy)]
struct Shown(u64);

#[derive(Clone, Copy, LabelSet)]
struct ByNumber {
    #[label(open, display, max = 500)]
    number: Shown,
}

/// Numbers.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Numbers {
    /// Numbers, shown or counted.
    numbers: Counter<ByNumber>,
}

static NUMBERS: OnceLock<Arc<Numbers>> = OnceLock::new();

/// How often a number was counted while it was shown.
static SHOWN: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static IS_SHOWN: Cell<bool> = const { Cell::new(false) };
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // what is counted within is shown too
        if !IS_SHOWN.replace(true) {
            let numbers = NUMBERS.get().expect("it is there");
            // the same series, and another that may be new
            for number in [self.0, self.0 + 1_000] {
                let number = Self(number);
                numbers.numbers.with(ByNumber { number }).inc();
                SHOWN.fetch_add(1, SeqCst);
            }
            IS_SHOWN.set(false);
        }
        write!(f, "{}", self.0)
    }
}

#[test]
fn a_display_may_count_in_its_own_family() {
    const THREADS: u64 = 4;
    const STEPS: u64 = 2_000;
    let registry = Registry::new();
    let numbers = Numbers::register(&registry).expect("an empty registry");
    assert!(NUMBERS.set(Arc::clone(&numbers)).is_ok());
    let (done, ended) = mpsc::channel();
    let counting = thread::spawn(move || {
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for step in 0..STEPS {
                        // some of them past the cap
                        let number = Shown(step % 400);
                        numbers.numbers.with(ByNumber { number }).inc();
                    }
                });
            }
        });
        let _ = done.send(());
    });
    assert!(ended.recv_timeout(LONG).is_ok(), "it waits for itself");
    assert!(counting.join().is_ok());
    let total: u64 = registry
        .encode_text()
        .lines()
        .filter(|line| line.starts_with("numbers_total{"))
        .filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok())
        .sum();
    let shown = SHOWN.load(SeqCst);
    assert!(shown >= THREADS * STEPS * 2, "{shown}");
    assert_eq!(total, THREADS * STEPS + shown);
}
