//! Exemplars that updates take by themselves, from a source of the user's: it is one for the whole process.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use metrics_core::{Counter, Histogram, LabelSet, Metric, MetricField, MetricSet, Registry, timed};

thread_local! {
    static TRACE: RefCell<&'static str> = const { RefCell::new("") };
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

#[derive(Clone, Copy, LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 10)]
    path: &'a str,
}

/// A shop.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Shop {
    /// Orders.
    #[metric(exemplars)]
    orders: Counter,
    /// Time of requests.
    #[metric(exemplars, unit = "seconds", buckets = [0.1, 1.0])]
    latency: Histogram,
    /// Time of jobs.
    #[metric(exemplars, native, unit = "seconds")]
    job: Histogram,
    /// Sizes.
    #[metric(exemplars, buckets = [10, 100])]
    size: Histogram<ByPath<'static>, u64>,
    /// Requests that are only counted.
    plain: Counter,
    /// What the source counts.
    #[metric(exemplars)]
    asked: Counter,
}

/// What the source counts in; every test has a shop of its own beside it.
static ALL: LazyLock<Arc<Shop>> = LazyLock::new(|| shop().1);

fn shop() -> (Registry, Arc<Shop>) {
    let registry = Registry::new();
    let shop = Shop::register(&registry).expect("an empty registry");
    metrics_core::set_exemplar_source(|take| {
        ASKED.set(ASKED.get() + 1);
        ALL.asked.inc();
        // in a thread that ends, it is gone
        let trace = TRACE.with_borrow(|trace| *trace);
        assert_ne!(trace, "panic");
        if trace != "none" {
            take(&[("trace_id", trace)]);
        }
    });
    (registry, shop)
}

/// The exemplars of a metric, as `labels value`.
fn exemplars(metric: &impl MetricField) -> Vec<String> {
    let mut seen = Vec::new();
    let metric: Arc<dyn Metric> = metric.handle();
    let _ = metric.read(&mut |point| {
        let texts = point.exemplars.iter();
        seen.extend(texts.map(|one| format!("{} {}", one.labels.as_str(), one.value)));
        ControlFlow::Continue(())
    });
    seen
}

fn asked(update: impl FnOnce()) -> usize {
    let before = ASKED.get();
    update();
    ASKED.get() - before
}

#[test]
fn a_bucket_takes_one_between_two_gathers() {
    let (_registry, shop) = shop();
    TRACE.set("a");
    let update = || {
        for value in [0.01, 0.5, 0.02, 0.6] {
            shop.latency.observe(value);
        }
    };
    assert_eq!(asked(update), 2);
    TRACE.set("b");
    assert_eq!(asked(update), 0);
    let of_a = ["trace_id=\"a\" 0.01", "trace_id=\"a\" 0.5"];
    assert_eq!(exemplars(&shop.latency), of_a);
    assert_eq!(asked(|| shop.latency.observe(0.7)), 1);
    assert_eq!(exemplars(&shop.latency), [of_a[0], "trace_id=\"b\" 0.7"]);
}

#[test]
fn without_bounds_a_power_of_two_takes_one_between_two_gathers() {
    let (_registry, shop) = shop();
    TRACE.set("a");
    let update = || {
        for value in [1.0, 1.5, 1.9, 2.0, 3.0, 0.9] {
            shop.job.observe(value);
        }
    };
    assert_eq!(asked(update), 3);
    let taken = ["trace_id=\"a\" 0.9", "trace_id=\"a\" 1", "trace_id=\"a\" 2"];
    assert_eq!(exemplars(&shop.job), taken);
    assert_eq!(asked(update), 3);
}

#[test]
fn every_update_of_such_a_family_asks_and_no_other() {
    let (_registry, shop) = shop();
    TRACE.set("none");
    let by = || shop.size.with(ByPath { path: "/" });
    assert_eq!(asked(|| shop.orders.inc()), 1);
    assert_eq!(asked(|| shop.orders.inc_by(3)), 1);
    assert_eq!(asked(|| shop.orders.with(()).inc()), 1);
    assert_eq!(asked(|| shop.orders.with(()).inc_by(3)), 1);
    assert_eq!(asked(|| shop.latency.with(()).observe(1.0)), 1);
    assert_eq!(asked(|| by().observe(1)), 1);
    assert_eq!(asked(|| _ = shop.latency.start_timer().stop_ok()), 1);
    assert_eq!(asked(|| shop.plain.inc()), 0);
    std::thread::scope(|scope| {
        // the first update of a thread goes another way
        let thread = scope.spawn(|| asked(|| shop.plain.inc()));
        assert_eq!(thread.join().expect("it does not panic"), 0);
    });
    let span = std::time::Duration::from_millis(50);
    assert_eq!(asked(|| shop.latency.observe_duration(span)), 1);
    assert_eq!(exemplars(&shop.orders), [""; 0]);
    assert_eq!(shop.orders.get(), 8);

    TRACE.set("a");
    shop.orders.inc_by(3);
    by().observe(50);
    by().observe(5);
    shop.latency.observe_duration(span);
    assert_eq!(exemplars(&shop.orders), ["trace_id=\"a\" 3"]);
    assert_eq!(
        exemplars(&shop.size),
        ["trace_id=\"a\" 5", "trace_id=\"a\" 50"]
    );
    assert_eq!(exemplars(&shop.latency), ["trace_id=\"a\" 0.05"]);
    assert_eq!(exemplars(&shop.plain), [""; 0]);
}

#[test]
fn one_that_is_given_wins_until_the_next_gather() {
    let (_registry, shop) = shop();
    TRACE.set("current");
    shop.orders.inc_with_exemplar(&[("trace_id", "given")]);
    assert_eq!(asked(|| shop.orders.inc()), 0);
    assert_eq!(exemplars(&shop.orders), ["trace_id=\"given\" 1"]);
    shop.orders.inc();
    assert_eq!(exemplars(&shop.orders), ["trace_id=\"current\" 1"]);
    assert_eq!(shop.orders.get(), 3);
}

#[test]
fn a_series_in_the_place_of_another_takes_its_own() {
    let (registry, shop) = shop();
    TRACE.set("a");
    let observe = |path| shop.size.with(ByPath { path }).observe(1);
    observe("/a");
    assert!(shop.size.remove(ByPath { path: "/a" }));
    registry.delivered(registry.mark());
    TRACE.set("b");
    assert_eq!(asked(|| observe("/b")), 1);
    assert_eq!(exemplars(&shop.size), ["trace_id=\"b\" 1"]);
}

#[test]
fn a_source_that_updates_metrics_is_not_asked_for_them() {
    let (_registry, shop) = shop();
    TRACE.set("none");
    assert_eq!(asked(|| shop.orders.inc()), 1);
    assert!(ALL.asked.get() > 0);
}

#[test]
fn a_source_that_panics_is_not_asked_again_there() {
    let (_registry, shop) = shop();
    let asked_twice = || {
        TRACE.set("panic");
        let first = asked(|| shop.orders.inc());
        TRACE.set("a");
        (first, asked(|| shop.orders.inc()))
    };
    std::thread::scope(|scope| {
        let panicked = scope.spawn(asked_twice).join();
        assert_eq!(panicked.expect("the panic is caught"), (1, 0));
    });
    assert_eq!(shop.orders.get(), 2);
    TRACE.set("a");
    assert_eq!(asked(|| shop.orders.inc()), 1, "on another thread it is");
}

#[test]
fn only_the_first_source_is_set() {
    let _ = shop();
    assert!(!metrics_core::set_exemplar_source(|_| unreachable!(
        "it is not set"
    )));
}

#[test]
fn a_thread_that_is_torn_down_counts_on() {
    struct Last(Arc<Shop>);

    impl Drop for Last {
        fn drop(&mut self) {
            self.0.orders.inc();
        }
    }

    thread_local! {
        static BEFORE: RefCell<Option<Last>> = const { RefCell::new(None) };
        static AFTER: RefCell<Option<Last>> = const { RefCell::new(None) };
    }

    let (_registry, shop) = shop();
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            TRACE.set("none");
            BEFORE.set(Some(Last(Arc::clone(&shop))));
            shop.orders.inc();
            AFTER.set(Some(Last(Arc::clone(&shop))));
        });
        // a scope that ends waits for no thread-locals
        thread.join().expect("it does not panic");
    });
    assert_eq!(shop.orders.get(), 3);
}

/// Calls.
#[derive(MetricSet)]
struct Calls {
    /// Time of calls.
    #[metric(exemplars, unit = "seconds")]
    latency: Histogram,
    /// Calls that went wrong.
    #[metric(exemplars)]
    errors: Counter,
}

#[timed(Calls::latency, errors = Calls::errors)]
fn call(trace: &'static str) -> Result<(), ()> {
    TRACE.set(trace);
    Err(())
}

#[test]
fn a_timed_call_has_the_exemplar_of_its_end() {
    let _ = shop();
    TRACE.set("before");
    call("end").expect_err("it always fails");
    let [latency] = exemplars(&Calls::global().latency).try_into().expect("one");
    let latency: String = latency;
    assert!(latency.starts_with("trace_id=\"end\" "), "{latency}");
    assert_eq!(exemplars(&Calls::global().errors), ["trace_id=\"end\" 1"]);
}

#[test]
fn without_a_span_an_update_allocates_nothing_and_with_one_only_the_first() {
    let (_registry, shop) = shop();
    let update = || {
        shop.orders.inc();
        shop.latency.observe(0.5);
        shop.size.with(ByPath { path: "/" }).observe(5);
    };
    TRACE.set("none");
    update();
    assert_eq!(allocation_counter::measure(update).count_total, 0);
    TRACE.set("a");
    update();
    assert_eq!(allocation_counter::measure(update).count_total, 0);
}
