//! The thread that looks at sources of derived values is there while it is needed, and only then. A test alone, because it
//! counts the threads of its process.

#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use metrics_core::{Counter, Gauge, MetricSet, Registry};

/// Totals alone need nobody to look at them.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Totals {
    /// Orders placed.
    orders: Counter,
    /// Orders paid.
    paid: Counter,
    /// Share of orders that are paid.
    #[metric(ratio = paid / orders)]
    paid_share: Gauge<(), f64>,
}

/// A set with a window.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Windowed {
    /// Orders placed.
    orders: Counter,
    /// How fast.
    #[metric(rate_of = orders, window = "2s")]
    order_rate: Gauge<(), f64>,
}

/// Linked, and never touched.
#[derive(MetricSet)]
#[metrics(prefix = "linked")]
struct Linked {
    /// Orders placed.
    orders: Counter,
    /// How fast.
    #[metric(rate_of = orders, window = "24h")]
    order_rate: Gauge<(), f64>,
}

fn samplers() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("there are threads");
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names
        .filter(|name| name.trim() == "metrics-derived")
        .count()
}

fn wait_for(expected: usize) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while samplers() != expected {
        assert!(
            Instant::now() < deadline,
            "there are {} and not {expected}",
            samplers()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn there_is_one_thread_while_there_are_windows_and_none_otherwise() {
    let totals = Totals::register(&Registry::new()).expect("an empty registry");
    totals.orders.inc();
    assert_eq!(totals.paid_share.get(), 0.0);
    assert_eq!(samplers(), 0, "totals need none");

    let registry = Registry::new();
    let first = Windowed::register(&registry).expect("an empty registry");
    let second = Windowed::register(&Registry::new()).expect("an empty registry");
    wait_for(1);
    drop(second);
    registry.unregister(&first);
    drop(first);
    wait_for(0);

    let third = Windowed::register(&registry).expect("it is empty again");
    wait_for(1);
    drop(third);
    drop(registry);
    wait_for(0);

    Linked::global().orders.inc();
    wait_for(1);
    assert!(Linked::global().order_rate.get() > 0.0);
}
