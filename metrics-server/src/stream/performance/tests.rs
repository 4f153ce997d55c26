//! Figures of known updates, exactly.

use std::time::Duration;

use metrics_core::{Counter, Gauge, Histogram, MetricSet, Registry};

use super::*;
use crate::filter::Filter;
use crate::stream::table::Table;

/// For the tests of figures.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Pool {
    /// Hits.
    hits: Counter,
    /// Money earned.
    earned: Counter<(), f64>,
    /// Share of connections in use.
    #[metric(unit = "ratio")]
    used: Gauge<(), f64>,
    /// Time waited.
    #[metric(unit = "seconds", buckets = [1.0, 2.0, 4.0])]
    wait: Histogram,
    /// Length.
    #[metric(native)]
    length: Histogram,
}

/// A registry, and the figures of each tick of it, a second apart.
struct Ticking {
    registry: Registry,
    table: Table,
    performance: Performance,
    now: Instant,
}

impl Ticking {
    fn new() -> (Self, std::sync::Arc<Pool>) {
        let registry = Registry::new();
        let pool = Pool::register(&registry).expect("an empty registry");
        let ticking = Self {
            registry,
            table: Table::default(),
            performance: Performance::default(),
            now: Instant::now(),
        };
        (ticking, pool)
    }

    fn tick(&mut self, after: Duration) -> Told {
        self.now += after;
        self.table
            .sample(&self.registry, Instant::now() + Duration::from_secs(1));
        let everything = self.table.everything(&Filter::default());
        let names = everything.series.iter();
        let names = names.map(|(family, series)| (series.id, family.about.name.clone()));
        Told {
            names: names.collect(),
            figures: self.performance.turn(self.now, &everything.series),
        }
    }
}

struct Told {
    names: HashMap<u64, String>,
    figures: Figures,
}

impl Told {
    fn of<T: Copy>(&self, name: &str, figures: &[(u64, T)]) -> T {
        let mut figures = figures.iter().filter(|(id, _)| self.names[id] == name);
        figures
            .next()
            .unwrap_or_else(|| panic!("nothing of {name}"))
            .1
    }

    fn rate(&self, name: &str) -> f64 {
        self.of(name, &self.figures.rates)
    }

    fn quantiles(&self, name: &str) -> [f64; 4] {
        self.of(name, &self.figures.quantiles)
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn rates_are_of_the_time_since_the_tick_before() {
    let (mut ticking, pool) = Ticking::new();
    pool.hits.inc_by(1_000);
    let first = ticking.tick(SECOND);
    assert_eq!(
        (first.figures.seconds, first.rate("hits_total")),
        (0.0, 0.0)
    );
    pool.hits.inc_by(6);
    pool.earned.inc_by(0.5);
    let second = ticking.tick(2 * SECOND);
    assert_eq!(second.figures.seconds, 2.0);
    assert_eq!(
        (second.rate("hits_total"), second.rate("earned_total")),
        (3.0, 0.25)
    );
    assert_eq!(ticking.tick(SECOND).rate("hits_total"), 0.0);
    assert_eq!(ticking.tick(Duration::ZERO).rate("hits_total"), 0.0);
}

#[test]
fn what_begins_anew_has_no_rate_at_first() {
    let (mut ticking, pool) = Ticking::new();
    pool.hits.inc_by(1_000);
    ticking.tick(SECOND);
    ticking.registry.unregister(&pool);
    let pool = Pool::register(&ticking.registry).expect("a free name");
    pool.hits.inc_by(10);
    assert_eq!(ticking.tick(SECOND).rate("hits_total"), 0.0, "it is less");
    ticking.registry.unregister(&pool);
    ticking.tick(SECOND);
    assert!(
        ticking.performance.earlier.is_empty(),
        "what is gone is forgotten"
    );
    let pool = Pool::register(&ticking.registry).expect("a free name");
    pool.hits.inc_by(2_000);
    assert_eq!(ticking.tick(SECOND).rate("hits_total"), 0.0, "it is new");
    pool.hits.inc();
    assert_eq!(ticking.tick(SECOND).rate("hits_total"), 1.0);
}

#[test]
fn a_ratio_is_told_and_never_nan() {
    let (mut ticking, pool) = Ticking::new();
    pool.used.set(0.75);
    let told = ticking.tick(SECOND);
    assert_eq!(told.of("used_ratio", &told.figures.ratios), 0.75);
    assert_eq!(told.figures.ratios.len(), 1);
    pool.used.set(f64::NAN);
    let told = ticking.tick(SECOND);
    assert_eq!(told.of("used_ratio", &told.figures.ratios), 0.0);
}

#[test]
fn quantiles_are_of_the_newest_interval_in_which_there_was_something() {
    let (mut ticking, pool) = Ticking::new();
    assert_eq!(ticking.tick(SECOND).quantiles("wait_seconds"), [0.0; 4]);
    for _ in 0..10 {
        pool.wait.observe(0.5);
    }
    let low = ticking.tick(SECOND).quantiles("wait_seconds");
    assert_eq!(low, [0.5, 0.9, 0.95, 0.99]);
    assert_eq!(
        ticking.tick(SECOND).quantiles("wait_seconds"),
        low,
        "nothing new"
    );
    for _ in 0..10 {
        pool.wait.observe(3.0);
    }
    let high = ticking.tick(SECOND).quantiles("wait_seconds");
    assert_eq!(high, [3.0, 3.8, 3.9, 3.98], "of the new ones alone");
}

#[test]
fn who_joins_late_is_told_of_all_observations_at_first() {
    let (mut ticking, pool) = Ticking::new();
    for _ in 0..10 {
        pool.wait.observe(3.0);
    }
    assert_eq!(
        ticking.tick(SECOND).quantiles("wait_seconds"),
        [3.0, 3.8, 3.9, 3.98]
    );
}

#[test]
fn native_buckets_have_quantiles_too() {
    let (mut ticking, pool) = Ticking::new();
    pool.length.observe(1000.0);
    let first = ticking.tick(SECOND).quantiles("length");
    assert!(
        first.iter().all(|p| (900.0..1100.0).contains(p)),
        "{first:?}"
    );
    pool.length.observe(1.0);
    let then = ticking.tick(SECOND).quantiles("length");
    assert!(then.iter().all(|p| (0.9..1.1).contains(p)), "{then:?}");
}

#[test]
fn what_shrinks_has_begun_anew() {
    assert_eq!(
        grown(&[(1, 5), (3, 2)], &[(1, 4)]),
        Some(vec![(1, 1), (3, 2)])
    );
    assert_eq!(
        grown(&[(1, 5), (3, 2)], &[(1, 5), (3, 2)]),
        Some(Vec::new())
    );
    assert_eq!(grown(&[(3, 2)], &[(1, 4)]), None);
    assert_eq!(grown(&[(1, 3)], &[(1, 4)]), None);
    assert_eq!(grown(&[(1, 4)], &[(1, 4), (2, 1)]), None);
}
