//! Threads that come and go, end while they update, and share tables: totals stay exact, memory bounded.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use metrics_core::{Counter, Gauge, Histogram, MetricSet, Registry};

/// What threads do.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Work {
    /// Steps done.
    steps: Counter,
    /// Amounts done.
    amounts: Counter<(), f64>,
    /// Sizes of steps.
    sizes: Histogram<(), u64>,
}

fn work() -> (Registry, std::sync::Arc<Work>) {
    let registry = Registry::new();
    let work = Work::register(&registry).expect("an empty registry");
    (registry, work)
}

/// The bytes of addresses and of memory that the process holds, where the system says it.
fn memory() -> Option<[u64; 2]> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kib = |key: &str| {
        let line = status.lines().find(|line| line.starts_with(key))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    Some([kib("VmSize:")? * 1024, kib("VmRSS:")? * 1024])
}

#[test]
fn totals_are_exact_and_memory_is_bounded_over_100_000_short_threads() {
    const ROUNDS: u64 = 25_000;
    const AT_ONCE: u64 = 4;
    let (registry, work) = work();
    let before = memory();
    for _ in 0..ROUNDS {
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    work.steps.inc();
                    work.amounts.inc_by(0.5);
                    work.sizes.observe(3);
                });
            }
        });
    }
    // a table of a thread that was not used again would be 1 MiB of addresses, and a page of memory at the least
    if let (Some(before), Some(after)) = (before, memory()) {
        let grown = [0, 1].map(|of| after[of].saturating_sub(before[of]) >> 20);
        assert!(grown[0] < 4_096, "{} MiB of addresses", grown[0]);
        assert!(grown[1] < 64, "{} MiB of memory", grown[1]);
    }
    let total = ROUNDS * AT_ONCE;
    assert_eq!(work.steps.get(), total);
    assert_eq!(work.amounts.get(), total as f64 * 0.5);
    let text = registry.encode_text();
    assert!(
        text.contains(&format!("sizes_sum {}\n", total * 3)),
        "{text}"
    );
    assert!(text.contains(&format!("sizes_count {total}\n")), "{text}");
}

#[test]
fn a_reader_never_sees_a_counter_go_down() {
    let (_registry, work) = work();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut last = 0;
            while !done.load(Ordering::Acquire) {
                let now = work.steps.get();
                assert!(now >= last, "{now} after {last}");
                last = now;
            }
        });
        for _ in 0..2_000 {
            thread::scope(|inner| {
                for _ in 0..2 {
                    inner.spawn(|| (0..100).for_each(|_| work.steps.inc()));
                }
            });
        }
        done.store(true, Ordering::Release);
        reader.join().expect("the reader saw no counter go down");
    });
    assert_eq!(work.steps.get(), 400_000);
}

/// Updates in its destructor, when the thread is half gone.
struct Late(std::sync::Arc<Work>);

impl Drop for Late {
    fn drop(&mut self) {
        self.0.steps.inc();
        self.0.amounts.inc_by(1.0);
        self.0.sizes.observe(1);
    }
}

thread_local! {
    static FIRST: std::cell::RefCell<Option<Late>> = const { std::cell::RefCell::new(None) };
    static SECOND: std::cell::RefCell<Option<Late>> = const { std::cell::RefCell::new(None) };
}

#[test]
fn nothing_is_lost_while_a_thread_is_torn_down() {
    let (registry, work) = work();
    let threads: Vec<_> = (0..100)
        .map(|_| {
            let work = std::sync::Arc::clone(&work);
            thread::spawn(move || {
                // one destructor runs before that of the thread's table, one behind it
                FIRST.with(|late| *late.borrow_mut() = Some(Late(work.clone())));
                work.steps.inc();
                SECOND.with(|late| *late.borrow_mut() = Some(Late(work.clone())));
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("a thread that ends well");
    }
    assert_eq!(work.steps.get(), 300);
    assert_eq!(work.amounts.get(), 200.0);
    assert!(registry.encode_text().contains("sizes_count 200\n"));
}

#[test]
fn a_walk_never_shows_less_than_was_seen_before() {
    use metrics_core::{FamilyView, Label, LabelSet, SeriesView, Value, Visitor};
    use std::ops::ControlFlow;

    #[derive(Clone, Copy, LabelSet)]
    struct ByHalf {
        second: bool,
    }

    /// Two halves.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Halves {
        /// Steps.
        steps_by_half: Counter<ByHalf>,
    }

    /// Between the first series and the second, a new thread adds to the second.
    struct Between<'h> {
        halves: &'h Halves,
        shown: Vec<f64>,
    }

    impl Visitor for Between<'_> {
        fn family(&mut self, _: &FamilyView<'_>) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }

        fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
            if let Value::Number(number) = series.point.value {
                self.shown.push(number.as_f64());
            }
            if self.shown.len() == 1 {
                let second = || self.halves.steps_by_half.with(ByHalf { second: true });
                // some at once, so that one of them has a table that was not there before
                thread::scope(|scope| {
                    for _ in 0..64 {
                        scope.spawn(|| second().inc());
                    }
                });
                assert_eq!(second().get(), 64);
            }
            ControlFlow::Continue(())
        }
    }

    assert_eq!(bool::VALUES.len(), 2);
    let registry = Registry::new();
    let halves = Halves::register(&registry).expect("an empty registry");
    let mut between = Between {
        halves: &halves,
        shown: Vec::new(),
    };
    let _ = registry.gather(&mut between);
    assert_eq!(between.shown, [0.0, 64.0]);
}

#[test]
fn nothing_is_lost_in_a_panic() {
    let (_registry, work) = work();
    let panicking = {
        let work = std::sync::Arc::clone(&work);
        thread::spawn(move || {
            let _late = Late(work);
            std::panic::resume_unwind(Box::new("on purpose"));
        })
    };
    assert!(panicking.join().is_err());
    assert_eq!(work.steps.get(), 1);
}

#[test]
fn instances_that_come_and_go_begin_at_zero() {
    let other_thread = |work: &Work| thread::scope(|scope| drop(scope.spawn(|| work.steps.inc())));
    for _ in 0..1_000 {
        let (registry, work) = work();
        assert_eq!(work.steps.get(), 0);
        work.steps.inc();
        work.sizes.observe(7);
        other_thread(&work);
        assert_eq!(work.steps.get(), 2);
        assert!(registry.encode_text().contains("sizes_sum 7\n"));
    }
}

/// What is under way.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct UnderWay {
    /// Only goes up and down.
    calls: Gauge,
    /// Is set first, then goes up and down.
    depth: Gauge,
    /// Goes up and down, and is set.
    level: Gauge,
    /// The same, in floats.
    share: Gauge<(), f64>,
}

#[test]
fn gauges_come_back_however_they_are_used() {
    let registry = Registry::new();
    let under_way = UnderWay::register(&registry).expect("an empty registry");
    under_way.depth.set(5);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10_000 {
                    let _calls = under_way.calls.inc_guard();
                    let _depth = under_way.depth.inc_guard();
                    let _level = under_way.level.inc_guard();
                    under_way.share.add(0.5);
                    under_way.share.sub(0.5);
                }
            });
        }
        // in the middle of it, and what comes after is added
        under_way.level.set(100);
        under_way.level.inc();
    });
    let now = (
        under_way.calls.get(),
        under_way.depth.get(),
        under_way.share.get(),
    );
    assert_eq!(now, (0, 5, 0.0));
    // guards that were held at that moment have let go since
    assert!(
        (97..=101).contains(&under_way.level.get()),
        "{}",
        under_way.level.get()
    );
    under_way.level.set(7);
    under_way.level.dec();
    under_way.calls.sub(3);
    under_way.calls.set(-2);
    assert_eq!((under_way.level.get(), under_way.calls.get()), (6, -2));
    under_way.calls.inc();
    thread::scope(|scope| {
        scope.spawn(|| under_way.calls.inc());
    });
    assert_eq!(under_way.calls.get(), 0);
}
