//! Values computed of other metrics of a set: rates, ratios and quantiles. In a scope time is the test's, so that they are
//! exact.
#![cfg(feature = "testing")]

use std::sync::Arc;
use std::time::Duration;

use metrics_core::testing::{Scope, value};
use metrics_core::{
    Counter, Derived, Gauge, Histogram, Kind, Label, LabelSet, MetricSet, Registry,
};

#[derive(Clone, Copy, Label)]
enum Proxy {
    Near,
    Far,
}

#[derive(Clone, Copy, LabelSet)]
struct ByProxy {
    proxy: Proxy,
}

#[derive(Clone, Copy, LabelSet)]
struct ByName<'a> {
    #[label(open, max = 3)]
    name: &'a str,
}

/// A pool of proxies.
#[derive(MetricSet)]
#[metrics(prefix = "pool")]
struct Pool {
    /// Hits in the latest minute.
    #[metric(rate_of = hits, per = "minute", window = "60s")]
    hit_rate_per_minute: Gauge<(), f64>,
    /// Hits.
    hits: Counter,
    /// Requests that a proxy answered.
    success: Counter<ByProxy>,
    /// Requests that none did.
    failure: Counter<(), f64>,
    /// Share of requests that were answered.
    #[metric(ratio = success / (success + failure))]
    success_rate: Gauge<(), f64>,
    /// The same of the latest five minutes.
    #[metric(ratio = success / (success + failure), window = "5m")]
    success_lately: Gauge<(), f64>,
    /// All requests.
    #[metric(rate_of = success + failure)]
    request_rate: Gauge<(), f64>,
    /// Time to answer.
    #[metric(unit = "seconds", buckets = [0.1, 0.2, 0.4])]
    response: Histogram<ByProxy>,
    /// What half of the answers took at most.
    #[metric(quantile_of = response, q = 0.5, window = "60s", unit = "seconds")]
    response_median: Gauge<(), f64>,
    /// Proxies there are.
    proxies: Gauge,
    /// Share of proxies that have failed, were there one more.
    #[metric(ratio = (failure - 1) / (proxies + 1.5 - 0.5))]
    failing: Gauge<(), f64>,
}

/// Runs `body` with the set of a scope, and a function that lets time pass.
fn in_scope(body: impl FnOnce(&Pool, &Registry, &dyn Fn(u64))) {
    let scope = Scope::new();
    let clock = scope.clock();
    scope.run(|| {
        body(Pool::global(), Registry::global(), &|seconds| {
            clock.advance(Duration::from_secs(seconds));
        });
    });
}

#[test]
fn before_there_is_data_every_value_is_zero() {
    in_scope(|_, registry, _| {
        let text = registry.encode_text();
        for name in [
            "pool_hit_rate_per_minute",
            "pool_success_rate",
            "pool_success_lately",
            "pool_request_rate",
            "pool_response_median_seconds",
        ] {
            assert!(
                text.contains(&format!("# TYPE {name} gauge\n{name} 0\n")),
                "{text}"
            );
        }
    });
}

#[test]
fn a_rate_is_that_of_the_window_and_of_a_shorter_past_that_of_what_there_is() {
    in_scope(|pool, _, wait| {
        let rate = || pool.hit_rate_per_minute.get();
        pool.hits.inc_by(60);
        wait(30);
        assert_eq!(rate(), 120.0, "60 in half a minute");
        pool.hits.inc_by(30);
        wait(30);
        assert_eq!(rate(), 90.0, "both");
        wait(15);
        assert_eq!(rate(), 30.0, "what came at 30 s");
        wait(15);
        assert_eq!(rate(), 30.0, "60 s ago is in the window");
        wait(1);
        assert_eq!(rate(), 0.0, "nothing in the latest minute");
        wait(100_000);
        pool.hits.inc_by(7);
        assert_eq!(rate(), 7.0);
    });
}

#[test]
fn a_rate_does_not_hang_on_how_often_it_is_read() {
    in_scope(|pool, registry, wait| {
        for second in 1..=200_u32 {
            pool.hits.inc_by(2);
            wait(1);
            if second % 7 < 3 {
                let read = value(registry, "pool_hit_rate_per_minute", &[]);
                assert_eq!(read, Some(120.0), "after {second} s");
            }
        }
    });
}

#[test]
fn a_rate_is_per_second_and_counts_all_labels_of_all_counters() {
    in_scope(|pool, _, wait| {
        pool.success.with(ByProxy { proxy: Proxy::Near }).inc_by(3);
        pool.success.with(ByProxy { proxy: Proxy::Far }).inc_by(4);
        pool.failure.inc_by(0.5);
        wait(10);
        assert_eq!(pool.request_rate.get(), 0.75);
    });
}

#[test]
fn a_ratio_is_that_of_all_time_or_of_its_window() {
    in_scope(|pool, registry, wait| {
        let near = pool.success.with(ByProxy { proxy: Proxy::Near });
        near.inc_by(3);
        pool.failure.inc_by(1.0);
        assert_eq!(pool.success_rate.get(), 0.75);
        assert_eq!(pool.success_lately.get(), 0.75);
        wait(301);
        pool.success.with(ByProxy { proxy: Proxy::Far }).inc();
        pool.failure.inc_by(3.0);
        assert_eq!(value(registry, "pool_success_rate", &[]), Some(0.5));
        assert_eq!(value(registry, "pool_success_lately", &[]), Some(0.25));
        wait(301);
        assert_eq!(pool.success_lately.get(), 0.0, "nothing by nothing");
    });
}

#[test]
fn numbers_and_gauges_are_terms_of_a_ratio() {
    in_scope(|pool, _, _| {
        assert_eq!(pool.failing.get(), -1.0);
        pool.failure.inc_by(4.0);
        pool.proxies.set(5);
        assert_eq!(pool.failing.get(), 0.5);
        pool.proxies.set(-1);
        assert_eq!(pool.failing.get(), 0.0, "by zero");
    });
}

#[test]
fn a_quantile_is_of_what_was_observed_in_the_window() {
    in_scope(|pool, _, wait| {
        let median = || pool.response_median.get();
        for _ in 0..10 {
            pool.response
                .with(ByProxy { proxy: Proxy::Near })
                .observe(0.05);
            pool.response
                .with(ByProxy { proxy: Proxy::Far })
                .observe(0.3);
        }
        assert_eq!(median(), 0.1);
        wait(40);
        for _ in 0..10 {
            pool.response
                .with(ByProxy { proxy: Proxy::Far })
                .observe(0.15);
        }
        wait(10);
        assert!((median() - 0.15).abs() < 1e-9, "all thirty: {}", median());
        wait(40);
        assert!((median() - 0.15).abs() < 1e-9, "the ten: {}", median());
        wait(40);
        assert_eq!(median(), 0.0);
    });
}

#[test]
fn what_the_program_sets_is_not_shown() {
    in_scope(|pool, registry, _| {
        pool.success_rate.set(7.0);
        pool.success_rate.inc();
        assert_eq!(pool.success_rate.get(), 0.0);
        assert_eq!(value(registry, "pool_success_rate", &[]), Some(0.0));
    });
}

#[test]
fn a_descriptor_says_what_a_gauge_is_computed_of() {
    let of = |name: &str| {
        let mut families = Pool::SET.families.iter();
        let family = families.find(|family| family.name() == name).expect(name);
        (family.kind(), family.derived())
    };
    assert_eq!(
        of("pool_hit_rate_per_minute"),
        (Kind::Gauge, Some(Derived::Rate))
    );
    assert_eq!(of("pool_success_rate"), (Kind::Gauge, Some(Derived::Ratio)));
    assert_eq!(
        of("pool_response_median_seconds"),
        (Kind::Gauge, Some(Derived::Quantile))
    );
    assert_eq!(of("pool_proxies"), (Kind::Gauge, None));
}

/// Counters that do not only grow.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Odd {
    /// Of names.
    names: Counter<ByName<'static>>,
    /// Of another library, which can begin anew.
    foreign: prometheus::IntCounter,
    /// How fast names are counted.
    #[metric(rate_of = names, window = "10s")]
    name_rate: Gauge<(), f64>,
    /// How fast the other one is.
    #[metric(rate_of = foreign, window = "10s")]
    foreign_rate: Gauge<(), f64>,
    /// Sizes of names.
    sizes: Histogram<ByName<'static>, u64>,
    /// The largest of most.
    #[metric(quantile_of = sizes, q = 0.5)]
    most: Gauge<(), f64>,
}

#[test]
fn a_counter_that_begins_anew_has_no_negative_rate() {
    let scope = Scope::new();
    scope.run(|| {
        let registry = Registry::new();
        let odd = Odd::register(&registry).expect("an empty registry");
        odd.names.with(ByName { name: "a" }).inc_by(100);
        odd.foreign.inc_by(100);
        scope.clock().advance(Duration::from_secs(10));
        assert_eq!((odd.name_rate.get(), odd.foreign_rate.get()), (10.0, 10.0));
        odd.names.remove(ByName { name: "a" });
        registry.delivered(registry.mark());
        odd.foreign.reset();
        assert_eq!((odd.name_rate.get(), odd.foreign_rate.get()), (10.0, 10.0));
        odd.names.with(ByName { name: "b" }).inc_by(20);
        odd.foreign.inc_by(20);
        scope.clock().advance(Duration::from_secs(10));
        odd.names.with(ByName { name: "b" }).inc_by(20);
        assert_eq!((odd.name_rate.get(), odd.foreign_rate.get()), (4.0, 2.0));
    });
}

#[test]
fn a_histogram_without_a_series_yet_has_a_quantile() {
    let scope = Scope::new();
    scope.run(|| {
        let odd = Odd::register(&Registry::new()).expect("an empty registry");
        assert_eq!(odd.most.get(), 0.0);
        odd.sizes.with(ByName { name: "a" }).observe(10);
        assert!(odd.most.get() > 5.0);
    });
}

#[test]
fn what_was_observed_counts_in_its_window_though_all_series_have_gone() {
    let scope = Scope::new();
    scope.run(|| {
        let registry = Registry::new();
        let odd = Odd::register(&registry).expect("an empty registry");
        let observe = |name| {
            for _ in 0..10 {
                odd.sizes.with(ByName { name }).observe(10);
            }
        };
        observe("a");
        scope.clock().advance(Duration::from_secs(1));
        let of_ten = odd.most.get();
        assert!(of_ten > 5.0);
        odd.sizes.remove(ByName { name: "a" });
        registry.delivered(registry.mark());
        assert!(!registry.encode_text().contains("name=\"a\""));
        assert_eq!(odd.most.get(), of_ten, "nothing else was observed");
        scope.clock().advance(Duration::from_secs(30));
        observe("b");
        scope.clock().advance(Duration::from_secs(40));
        assert_eq!(odd.most.get(), of_ten, "those of the second series alone");
    });
}

/// Anything that counts, and how fast.
#[derive(MetricSet)]
struct Counted<T> {
    /// What is counted.
    events: T,
    /// How fast.
    #[metric(rate_of = events, per = "hour")]
    events_per_hour: Gauge<(), f64>,
}

#[test]
fn a_generic_set_has_derived_values() {
    let scope = Scope::new();
    scope.run(|| {
        let registry = Registry::new();
        let set = Counted::<Counter>::register(&registry).expect("an empty registry");
        set.events.inc();
        scope.clock().advance(Duration::from_secs(10));
        assert_eq!(value(&registry, "events_per_hour", &[]), Some(360.0));
    });
}

/// Something rare.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Rare {
    /// Restarts.
    restarts: Counter,
    /// How many in an hour, over a day.
    #[metric(rate_of = restarts, per = "hour", window = "24h")]
    restart_rate: Gauge<(), f64>,
}

#[test]
fn a_young_set_does_not_divide_by_a_part_of_a_long_window() {
    let scope = Scope::new();
    scope.run(|| {
        let rare = Rare::register(&Registry::new()).expect("an empty registry");
        rare.restarts.inc_by(2);
        for (seconds, expected) in [(12, 600.0), (60, 100.0), (648, 10.0), (2880, 2.0)] {
            scope.clock().advance(Duration::from_secs(seconds));
            assert_eq!(rare.restart_rate.get(), expected);
        }
    });
}

/// A store with what goes in and out of it.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Store {
    /// Goods that came.
    came: Counter,
    /// Goods that went.
    went: Counter,
    /// Share of movement that filled the store.
    #[metric(ratio = (came - went) / (came + went))]
    filling: Gauge<(), f64>,
    /// The same of the latest minute.
    #[metric(ratio = (came - went) / (came + went), window = "60s")]
    filling_lately: Gauge<(), f64>,
}

#[test]
fn a_difference_is_below_zero_in_a_window_as_it_is_in_all_time() {
    let scope = Scope::new();
    scope.run(|| {
        let store = Store::register(&Registry::new()).expect("an empty registry");
        let both = || (store.filling.get(), store.filling_lately.get());
        store.came.inc();
        store.went.inc_by(3);
        scope.clock().advance(Duration::from_secs(10));
        assert_eq!(both(), (-0.5, -0.5));
        scope.clock().advance(Duration::from_secs(60));
        store.came.inc_by(12);
        assert_eq!(both(), (10.0 / 16.0, 1.0));
        scope.clock().advance(Duration::from_secs(61));
        assert_eq!(both(), (10.0 / 16.0, 0.0));
    });
}

fn level() -> u64 {
    3
}

/// A tank.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Tank {
    /// Litres in it.
    #[metric(read = level)]
    level: Gauge,
    /// Share of it that is full.
    #[metric(ratio = level / 4)]
    full: Gauge<(), f64>,
}

#[test]
fn what_is_read_from_a_function_is_a_term_of_a_ratio() {
    let registry = Registry::new();
    let _tank = Tank::register(&registry).expect("an empty registry");
    assert!(registry.encode_text().contains("\nfull 0.75\n"));
}

#[test]
fn threads_that_read_at_once_all_see_the_value() {
    let scope = Scope::new();
    let registry = Registry::new();
    let set = scope.run(|| Counted::<Counter>::register(&registry).expect("an empty registry"));
    set.events.inc_by(10);
    scope.clock().advance(Duration::from_secs(36));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let set = Arc::clone(&set);
            std::thread::spawn(move || {
                for _ in 0..200 {
                    assert_eq!(set.events_per_hour.get(), 1000.0);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("it does not panic");
    }
}
