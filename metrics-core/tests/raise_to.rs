//! Counters that are brought up to date to a total that something else counts.

use std::thread;

use metrics_core::{Counter, LabelSet, MetricSet, Registry};

#[derive(Clone, Copy, LabelSet)]
struct ByDisk<'a> {
    #[label(open, max = 2)]
    disk: &'a str,
    writes: bool,
}

/// What the system counts.
#[derive(MetricSet)]
#[metrics(register = false)]
struct System {
    /// Time of work.
    #[metric(unit = "seconds")]
    work: Counter<(), f64>,
    /// Pages read.
    pages: Counter,
    /// Operations.
    operations: Counter<ByDisk<'static>>,
    /// Time of operations.
    #[metric(unit = "seconds")]
    operation: Counter<ByDisk<'static>, f64>,
}

fn system() -> (Registry, std::sync::Arc<System>) {
    let registry = Registry::new();
    let system = System::register(&registry).expect("no clash");
    (registry, system)
}

#[test]
fn a_total_is_exact_and_never_goes_down() {
    let (registry, system) = system();
    // a sum of the differences would be 0.30000000000000004
    for total in [0.1, 0.2, 0.3, 0.25] {
        system.work.raise_to(total);
    }
    assert!(registry.encode_text().contains("work_seconds_total 0.3\n"));
    for total in [7, 1 << 60, 3] {
        system.pages.raise_to(total);
    }
    assert_eq!(system.pages.get(), 1 << 60);
}

#[test]
fn what_threads_added_by_themselves_is_part_of_the_total() {
    let (_registry, system) = system();
    system.pages.inc_by(5);
    thread::scope(|scope| scope.spawn(|| system.pages.inc_by(6)).join()).expect("no panic");
    system.pages.raise_to(10);
    assert_eq!(system.pages.get(), 11);
    system.pages.raise_to(12);
    assert_eq!(system.pages.get(), 12);
    system.pages.inc();
    assert_eq!(system.pages.get(), 13);
    system.work.inc_by(1.5);
    system.work.raise_to(1.0);
    assert_eq!(system.work.get(), 1.5);
    system.work.raise_to(2.0);
    assert_eq!(system.work.get(), 2.0);
}

#[test]
fn series_of_open_and_finite_labels_have_totals_of_their_own() {
    let (registry, system) = system();
    for (disk, writes, total) in [("a", false, 1), ("b", true, 2), ("a", false, 3)] {
        let labels = ByDisk { disk, writes };
        system.operations.with(labels).raise_to(total);
        system.operation.with(labels).raise_to(total as f64 / 8.0);
    }
    let text = registry.encode_text();
    for line in [
        "operations_total{disk=\"a\",writes=\"false\"} 3\n",
        "operations_total{disk=\"b\",writes=\"true\"} 2\n",
        "operation_seconds_total{disk=\"a\",writes=\"false\"} 0.375\n",
        "operation_seconds_total{disk=\"b\",writes=\"true\"} 0.25\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn what_is_no_total_is_refused_and_counted() {
    let (registry, system) = system();
    let labels = ByDisk {
        disk: "a",
        writes: true,
    };
    for total in [-1.0, f64::NAN, f64::INFINITY] {
        system.work.raise_to(total);
        system.operation.with(labels).raise_to(total);
    }
    assert_eq!(system.work.get(), 0.0);
    assert_eq!(system.operation.with(labels).get(), 0.0);
    let text = registry.encode_text();
    for family in ["work_seconds_total", "operation_seconds_total"] {
        let line = format!("metrics_rejected_updates_total{{family=\"{family}\"}} 3\n");
        assert!(text.contains(&line), "{text}");
    }
}

#[test]
fn a_total_that_begins_anew_is_waited_for_and_a_counter_that_wrapped_is_raised() {
    let (registry, system) = system();
    for total in [u64::MAX - 1, u64::MAX, 0, 7] {
        system.pages.raise_to(total);
    }
    assert_eq!(system.pages.get(), u64::MAX, "the total wrapped");
    system.pages.inc_by(2);
    assert_eq!(system.pages.get(), 1, "and then the counter");
    system.pages.raise_to(8);
    assert_eq!(system.pages.get(), 8);
    assert!(registry.encode_text().contains("pages_total 8\n"));
}

#[test]
fn of_threads_that_raise_at_once_the_most_wins() {
    let (_registry, system) = system();
    let system = &*system;
    thread::scope(|scope| {
        for first in 0..4_u64 {
            scope.spawn(move || {
                for step in 0..1000 {
                    let before = system.pages.get();
                    system.pages.raise_to(first + 4 * step);
                    assert!(system.pages.get() >= before);
                }
            });
        }
    });
    assert_eq!(system.pages.get(), 3999);
}
