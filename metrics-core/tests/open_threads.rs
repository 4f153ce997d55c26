//! Open labels from many threads: made once, removed, made again, exact and in bounded memory.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use metrics_core::{Counter, Gauge, Histogram, LabelSet, MetricSet, Outcome, Registry};

#[derive(Clone, Copy, LabelSet)]
struct ByTenant {
    #[label(open, max = 10_000)]
    tenant: u64,
    outcome: Outcome,
}

#[derive(Clone, Copy, LabelSet)]
struct ByKey {
    #[label(open, max = 50)]
    key: u64,
}

/// A family with few series, and another.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Few {
    /// Steps.
    steps: Counter<ByKey>,
    /// Other steps.
    others: Counter<ByKey>,
}

/// What tenants do.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Tenants {
    /// Calls.
    calls: Counter<ByTenant>,
    /// Sizes.
    sizes: Histogram<ByTenant, u64>,
    /// Open files.
    files: Gauge<ByTenant>,
}

fn tenants() -> (Registry, std::sync::Arc<Tenants>) {
    let registry = Registry::new();
    let tenants = Tenants::register(&registry).expect("an empty registry");
    (registry, tenants)
}

const OK: Outcome = Outcome::Ok;

fn by(tenant: u64) -> ByTenant {
    ByTenant {
        tenant,
        outcome: OK,
    }
}

/// The values of a family's series, whatever their labels.
fn values(registry: &Registry, family: &str) -> Vec<u64> {
    let text = registry.encode_text();
    let of_family = text.lines().filter(|line| line.starts_with(family));
    of_family
        .filter_map(|line| line.rsplit_once(' ')?.1.parse().ok())
        .collect()
}

/// As a scrape does it: what had been removed before is shown for the last time.
fn scraped(registry: &Registry, family: &str) -> Vec<u64> {
    let mark = registry.mark();
    let values = values(registry, family);
    registry.delivered(mark);
    values
}

#[test]
fn threads_that_make_the_same_series_at_once_make_one() {
    const THREADS: u64 = 4;
    const TENANTS: u64 = 2_000;
    let (registry, tenants) = tenants();
    let together = Barrier::new(THREADS as usize);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                together.wait();
                for tenant in 0..TENANTS {
                    tenants.calls.with(by(tenant)).inc();
                    tenants.sizes.with(by(tenant)).observe(tenant);
                }
            });
        }
    });
    let calls = values(&registry, "calls_total{");
    assert_eq!(calls.len() as u64, TENANTS);
    assert!(calls.iter().all(|calls| *calls == THREADS));
    let sums = values(&registry, "sizes_sum{");
    assert_eq!(
        sums.iter().sum::<u64>(),
        THREADS * (0..TENANTS).sum::<u64>()
    );
}

#[test]
fn removed_series_begin_anew() {
    let (registry, tenants) = tenants();
    let held = tenants.calls.with(by(1));
    held.inc_by(5);
    assert!(tenants.calls.remove(by(1)));
    assert!(!tenants.calls.remove(by(1)), "it is gone");
    held.inc();
    assert_eq!(scraped(&registry, "calls_total{"), [6], "its final state");
    assert_eq!(values(&registry, "calls_total{"), [0; 0]);
    held.inc();
    // with the old child still in hand, the new one is another
    tenants.calls.with(by(1)).inc();
    assert_eq!((held.get(), tenants.calls.with(by(1)).get()), (7, 1));
    drop(held);
    assert_eq!(values(&registry, "calls_total{"), [1]);
}

#[test]
fn a_removal_takes_all_finite_siblings() {
    let (registry, tenants) = tenants();
    for outcome in [Outcome::Ok, Outcome::Error] {
        tenants.files.with(ByTenant { tenant: 7, outcome }).set(3);
        tenants.files.with(ByTenant { tenant: 8, outcome }).set(4);
    }
    assert!(tenants.files.remove(by(7)));
    assert_eq!(scraped(&registry, "files{"), [3, 4, 3, 4]);
    assert_eq!(values(&registry, "files{"), [4, 4]);
}

/// Every thread has tenants of its own, which it makes, counts, checks and removes; all fight for the same rows.
#[test]
fn series_that_come_and_go_never_count_for_each_other() {
    const THREADS: u64 = 4;
    const ROUNDS: u64 = 5_000;
    let (registry, tenants) = tenants();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(Ordering::Acquire) {
                // nobody counts further than this
                assert!(
                    scraped(&registry, "calls_total{")
                        .iter()
                        .all(|calls| *calls <= 3)
                );
                reads += 1;
            }
            reads
        });
        let workers: Vec<_> = (0..THREADS)
            .map(|thread| {
                let tenants = &tenants;
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let tenant = (thread << 32) + round;
                        let child = tenants.calls.with(by(tenant));
                        for calls in 1..=3 {
                            child.inc();
                            assert_eq!(tenants.calls.with(by(tenant)).get(), calls);
                        }
                        assert!(tenants.calls.remove(by(tenant)));
                        assert_eq!(
                            child.get(),
                            3,
                            "nobody else has its cells while it is in hand"
                        );
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().expect("the worker saw only its own counts");
        }
        done.store(true, Ordering::Release);
        assert!(reader.join().expect("the reader saw only sound counts") > 0);
    });
    scraped(&registry, "calls_total{");
    assert_eq!(values(&registry, "calls_total{"), [0; 0]);
}

#[test]
fn shared_series_lose_nothing_while_others_come_and_go() {
    const STEPS: u64 = 20_000;
    let (registry, tenants) = tenants();
    thread::scope(|scope| {
        for thread in 0..2 {
            let tenants = &tenants;
            scope.spawn(move || {
                for step in 0..STEPS {
                    tenants.calls.with(by(step % 3)).inc();
                    let own = 1_000_000 * (thread + 1) + step % 500;
                    tenants.calls.with(by(own)).inc();
                    if step % 7 == 0 {
                        tenants.calls.remove(by(own));
                    }
                }
            });
        }
    });
    let shared: u64 = (0..3)
        .map(|tenant| tenants.calls.with(by(tenant)).get())
        .sum();
    assert_eq!(shared, 2 * STEPS);
    drop(registry);
}

/// A child that is kept until after its thread has given up everything else.
#[test]
fn a_child_may_outlive_what_its_thread_owned() {
    struct CountsLate(&'static Tenants);

    impl Drop for CountsLate {
        fn drop(&mut self) {
            self.0.calls.with(by(1)).inc();
            self.0.calls.with(by(u64::from(std::process::id()))).inc();
            self.0.calls.remove(by(2));
        }
    }

    thread_local! {
        static LATE: std::cell::RefCell<Option<CountsLate>> = const { std::cell::RefCell::new(None) };
    }

    static THREADS: AtomicU64 = AtomicU64::new(0);
    let (_registry, tenants) = tenants();
    let tenants: &'static Tenants = Box::leak(Box::new(tenants));
    for _ in 0..50 {
        let thread = thread::spawn(move || {
            // registered before the first update of the thread, and so torn down after what that registers
            LATE.set(Some(CountsLate(tenants)));
            tenants.calls.with(by(1)).inc();
            tenants.calls.with(by(2)).inc();
            THREADS.fetch_add(1, Ordering::Relaxed);
        });
        thread.join().expect("nothing panics while the thread ends");
    }
    assert_eq!(
        tenants.calls.with(by(1)).get(),
        2 * THREADS.load(Ordering::Relaxed)
    );
}

/// As `metrics_label_overflows_total` tells it.
fn overflows(registry: &Registry, family: &str) -> u64 {
    let name = format!("metrics_label_overflows_total{{family=\"{family}\"}}");
    values(registry, &name).iter().sum()
}

#[test]
fn rows_are_used_again_so_that_churn_is_no_overflow() {
    let registry = Registry::new();
    let few = Few::register(&registry).expect("an empty registry");
    thread::scope(|scope| {
        for thread in 0..4 {
            let few = &few;
            scope.spawn(move || {
                // together more than there are rows
                for round in 0..10_000 {
                    let key = (thread << 32) + round;
                    few.steps.with(ByKey { key }).inc();
                    assert!(few.steps.remove(ByKey { key }));
                }
            });
        }
    });
    assert_eq!(overflows(&registry, "steps_total"), 0);
}

#[test]
fn a_child_that_is_kept_stops_no_other_family() {
    let registry = Registry::new();
    let few = Few::register(&registry).expect("an empty registry");
    let _kept = few.others.with(ByKey { key: 1 });
    for key in 0..1_000 {
        few.steps.with(ByKey { key }).inc();
        assert!(few.steps.remove(ByKey { key }));
    }
    assert_eq!(overflows(&registry, "steps_total"), 0);
}

#[test]
fn as_many_values_as_the_cap_are_no_overflow() {
    for round in 0..300 {
        let registry = Registry::new();
        let few = Few::register(&registry).expect("an empty registry");
        let together = Barrier::new(2);
        thread::scope(|scope| {
            for thread in 0..2 {
                let (few, together) = (&few, &together);
                scope.spawn(move || {
                    together.wait();
                    for step in 0..50 {
                        // both make all of them, from both ends
                        let key = if thread == 0 { step } else { 49 - step };
                        few.steps.with(ByKey { key }).inc();
                    }
                });
            }
        });
        assert_eq!(overflows(&registry, "steps_total"), 0, "round {round}");
    }
}

#[test]
fn a_walk_shows_no_series_twice() {
    let (registry, tenants) = tenants();
    for tenant in 0..600 {
        tenants.calls.with(by(tenant)).inc();
    }
    struct MovesTheFirst<'t>(&'t Tenants, Vec<String>);

    impl metrics_core::Visitor for MovesTheFirst<'_> {
        fn family(&mut self, _: &metrics_core::FamilyView<'_>) -> std::ops::ControlFlow<()> {
            std::ops::ControlFlow::Continue(())
        }

        fn series(&mut self, series: &metrics_core::SeriesView<'_>) -> std::ops::ControlFlow<()> {
            if self.1.is_empty() {
                // so that it lies behind all others
                for tenant in 600..900 {
                    self.0.calls.with(by(tenant)).inc();
                }
                assert!(self.0.calls.remove(by(0)));
                self.0.calls.with(by(0)).inc();
            }
            self.1.push(series.point.labels.as_str().to_owned());
            std::ops::ControlFlow::Continue(())
        }
    }

    let mut walk = MovesTheFirst(&tenants, Vec::new());
    let _ = registry.gather(&mut walk);
    let mut shown = walk.1;
    let len = shown.len();
    shown.sort();
    shown.dedup();
    assert!(len >= 600);
    assert_eq!(shown.len(), len);
}

#[test]
fn who_is_slow_to_be_shown_series_stops_no_reuse() {
    struct Slow<'f>(&'f Few);

    impl metrics_core::Visitor for Slow<'_> {
        fn wants(&mut self, family: &metrics_core::FamilyView<'_>) -> bool {
            family.name == "steps_total"
        }

        fn family(&mut self, _: &metrics_core::FamilyView<'_>) -> std::ops::ControlFlow<()> {
            std::ops::ControlFlow::Continue(())
        }

        fn series(&mut self, _: &metrics_core::SeriesView<'_>) -> std::ops::ControlFlow<()> {
            // together more than there are rows, while one series is shown
            for key in 100..40_000 {
                self.0.steps.with(ByKey { key }).inc();
                assert!(self.0.steps.remove(ByKey { key }));
            }
            std::ops::ControlFlow::Break(())
        }
    }

    let registry = Registry::new();
    let few = Few::register(&registry).expect("an empty registry");
    few.steps.with(ByKey { key: 1 }).inc();
    let _ = registry.gather(&mut Slow(&few));
    assert_eq!(overflows(&registry, "steps_total"), 0);
}
