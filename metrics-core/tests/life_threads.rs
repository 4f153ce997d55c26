//! Series that leave, come back and are delivered, from many threads: no walk shows one twice, and no count is lost
//! that had been made before its series left.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use metrics_core::{
    Counter, FamilyView, Gauge, LabelSet, MetricSet, Number, Registry, SeriesView, Value, Visitor,
};

#[derive(Clone, Copy, LabelSet)]
struct ByKey {
    #[label(open, max = 20_000)]
    key: u64,
}

/// Jobs.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Jobs {
    /// Steps.
    steps: Counter<ByKey>,
    /// Workers.
    workers: Gauge<ByKey>,
    /// Steps of jobs that idle.
    #[metric(idle = "16s")]
    idling: Counter<ByKey>,
}

fn jobs() -> (Registry, Arc<Jobs>) {
    let registry = Registry::new();
    let jobs = Jobs::register(&registry).expect("an empty registry");
    (registry, jobs)
}

/// The series of one family, by their labels.
struct Walk {
    family: &'static str,
    shown: BTreeMap<String, u64>,
    /// What should not have been shown. It is told afterwards, because a walk catches panics.
    wrong: Vec<String>,
}

impl Visitor for Walk {
    fn wants(&mut self, family: &FamilyView<'_>) -> bool {
        family.name == self.family
    }

    fn family(&mut self, _: &FamilyView<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        let labels = series.point.labels.as_str().to_owned();
        let number = match series.point.value {
            Value::Number(Number::Unsigned(number)) => number,
            Value::Number(Number::Signed(number)) => number.cast_unsigned(),
            ref other => {
                self.wrong.push(format!("{other:?} is no such number"));
                0
            }
        };
        if let Some(before) = self.shown.insert(labels, number) {
            let labels = series.point.labels.as_str();
            self.wrong
                .push(format!("{labels} at {before} and {number}"));
        }
        ControlFlow::Continue(())
    }
}

/// What a walk shows, nothing twice.
fn walked(registry: &Registry, family: &'static str) -> BTreeMap<String, u64> {
    let mut walk = Walk {
        family,
        shown: BTreeMap::new(),
        wrong: Vec::new(),
    };
    let _ = registry.gather(&mut walk);
    assert_eq!(walk.wrong, [""; 0]);
    walk.shown
}

fn scraped(registry: &Registry, family: &'static str) -> BTreeMap<String, u64> {
    let mark = registry.mark();
    let shown = walked(registry, family);
    registry.delivered(mark);
    shown
}

/// Scrapes, and walks, again and again until all of `workers` have ended.
fn until_done<'s>(
    scope: &'s thread::Scope<'s, '_>,
    workers: Vec<thread::ScopedJoinHandle<'s, ()>>,
    mut scrape: impl FnMut() + Send + 's,
    mut walk: impl FnMut() + Send + 's,
) {
    let done = Arc::new(AtomicBool::new(false));
    let scraped = Arc::clone(&done);
    let scraper = scope.spawn(move || {
        while !scraped.load(Ordering::Acquire) {
            scrape();
        }
    });
    let walked = Arc::clone(&done);
    let walker = scope.spawn(move || {
        while !walked.load(Ordering::Acquire) {
            walk();
        }
    });
    let ended = workers.into_iter().map(|worker| worker.join().is_ok());
    let ended: Vec<bool> = ended.collect();
    done.store(true, Ordering::Release);
    assert!(ended.iter().all(|ended| *ended));
    scraper.join().expect("the scraper saw only sound series");
    walker.join().expect("the walker saw only sound series");
}

#[test]
fn what_was_counted_before_a_series_left_is_delivered() {
    const THREADS: u64 = 3;
    const KEYS: u64 = 5_000;
    let (registry, jobs) = jobs();
    let mut last = BTreeMap::new();
    thread::scope(|scope| {
        let worker = |thread: u64| {
            let jobs = &jobs;
            move || {
                for key in 0..KEYS {
                    let by = ByKey {
                        key: (thread << 32) + key,
                    };
                    jobs.steps.with(by).inc();
                    jobs.steps.with(by).inc_by(key);
                    assert!(jobs.steps.remove(by));
                }
            }
        };
        let workers = (0..THREADS).map(|thread| scope.spawn(worker(thread)));
        let workers: Vec<_> = workers.collect();
        let last = &mut last;
        // fewer than the cap leave altogether, so that only deliveries let them go
        let scrape = || last.extend(scraped(&registry, "steps_total"));
        let walk = || drop(walked(&registry, "steps_total"));
        until_done(scope, workers, scrape, walk);
    });
    last.extend(scraped(&registry, "steps_total"));
    assert_eq!(walked(&registry, "steps_total").len(), 0);
    for thread in 0..THREADS {
        for key in 0..KEYS {
            let labels = format!("key=\"{}\"", (thread << 32) + key);
            assert_eq!(last.get(&labels), Some(&(key + 1)), "{labels}");
        }
    }
}

#[test]
fn as_many_as_the_cap_may_leave_beside_as_many_that_stay() {
    let (registry, jobs) = jobs();
    for key in 0..20_000 {
        jobs.steps.with(ByKey { key }).inc();
    }
    for key in 0..20_000 {
        assert!(jobs.steps.remove(ByKey { key }));
        jobs.steps.with(ByKey { key: key + 20_000 }).inc();
    }
    let all = walked(&registry, "steps_total");
    assert_eq!(all.len(), 40_000);
    assert!(!all.contains_key("key=\"overflow\""));
}

#[test]
fn what_leaves_and_comes_back_is_never_shown_twice() {
    const ROUNDS: u64 = 5_000;
    let (registry, jobs) = jobs();
    thread::scope(|scope| {
        let worker = |thread: u64| {
            let jobs = &jobs;
            move || {
                for round in 0..ROUNDS {
                    // few keys, in rows of more than one page
                    let key = round % 7;
                    jobs.steps.with(ByKey { key }).inc();
                    let other = 1_000 * (thread + 1) + round % 400;
                    jobs.steps.with(ByKey { key: other }).inc();
                    jobs.steps.remove(ByKey { key });
                }
            }
        };
        let workers = (0..2).map(|thread| scope.spawn(worker(thread)));
        let workers: Vec<_> = workers.collect();
        let scrape = || drop(scraped(&registry, "steps_total"));
        let walk = || drop(walked(&registry, "steps_total"));
        until_done(scope, workers, scrape, walk);
    });
}

#[test]
fn owners_come_and_go_and_a_series_is_there_while_it_has_any() {
    const ROUNDS: u64 = 5_000;
    let (registry, jobs) = jobs();
    thread::scope(|scope| {
        let worker = |thread: u64| {
            let (jobs, registry) = (&jobs, &registry);
            move || {
                for round in 0..ROUNDS {
                    let key = round % 3;
                    let owner = jobs.workers.own(ByKey { key });
                    owner.child().inc();
                    let alone = (thread + 1) << 32 | round;
                    let own = jobs.workers.own(ByKey { key: alone });
                    own.child().set(7);
                    if round % 50 == 0 {
                        let shown = walked(registry, "workers");
                        let of = |key: u64| shown.get(&format!("key=\"{key}\"")).copied();
                        assert!(of(key).is_some_and(|count| count >= 1), "{shown:?}");
                        assert_eq!(of(alone), Some(7));
                    }
                    owner.child().dec();
                    assert_eq!(own.child().get(), 7);
                }
            }
        };
        let workers = (0..3).map(|thread| scope.spawn(worker(thread)));
        let workers: Vec<_> = workers.collect();
        let scrape = || drop(scraped(&registry, "workers"));
        until_done(scope, workers, scrape, thread::yield_now);
    });
    // as they left, they were left at zero
    let last = scraped(&registry, "workers");
    let shared = last
        .iter()
        .filter(|(labels, _)| labels.len() == "key=\"0\"".len());
    assert!(shared.map(|(_, count)| *count).all(|count| count == 0));
    assert_eq!(walked(&registry, "workers").len(), 0);
}

/// Rows are asked whether they were used while they are used.
#[cfg(feature = "testing")]
#[test]
fn what_is_used_in_every_tick_loses_nothing() {
    use std::sync::atomic::AtomicU64;

    use metrics_core::testing::Scope;

    const THREADS: usize = 3;
    const KEYS: u64 = 50;
    let scope = Scope::new();
    let clock = scope.clock();
    let (registry, jobs) = scope.run(jobs);
    let rounds: [AtomicU64; THREADS] = std::array::from_fn(|_| AtomicU64::new(0));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for rounds in &rounds {
            let (jobs, done) = (&jobs, &done);
            scope.spawn(move || {
                while !done.load(Ordering::Acquire) {
                    for key in 0..KEYS {
                        jobs.idling.with(ByKey { key }).inc();
                    }
                    rounds.fetch_add(1, Ordering::Release);
                }
            });
        }
        for _ in 0..100 {
            let begun = rounds.each_ref().map(|r| r.load(Ordering::Acquire));
            // what has not been used in between would leave
            clock.advance(std::time::Duration::from_secs(17));
            scraped(&registry, "idling_total");
            for (rounds, begun) in rounds.iter().zip(begun) {
                // one round may have been under way
                while rounds.load(Ordering::Acquire) < begun + 2 {
                    thread::yield_now();
                }
            }
        }
        done.store(true, Ordering::Release);
    });
    let all: u64 = rounds.iter().map(|r| r.load(Ordering::Acquire)).sum();
    let shown = walked(&registry, "idling_total");
    assert_eq!(shown.len() as u64, KEYS);
    assert!(shown.values().all(|count| *count == all), "{all} {shown:?}");
}
