//! The `prometheus` crate: what is in its registries is exposed beside our own, and its troubles are told.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use metrics_core::{Conflict, Counter, Error, Gauge, MetricSet, Place, Registry};
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;

/// A till.
#[derive(MetricSet)]
#[metrics(prefix = "till", register = false)]
struct Till {
    /// Sales made.
    sales: Counter,
    /// Notes in the till, counted by somebody who can stumble.
    #[metric(read = count_notes)]
    notes: Gauge,
}

static STUMBLES: AtomicBool = AtomicBool::new(false);

fn count_notes() -> u64 {
    if STUMBLES.load(Relaxed) {
        // without the message that a panic prints
        std::panic::resume_unwind(Box::new("stumbled"));
    }
    17
}

/// A registry of the `prometheus` crate with one counter.
fn with_counter(name: &str) -> (prometheus::Registry, prometheus::IntCounter) {
    let registry = prometheus::Registry::new();
    let counter =
        prometheus::IntCounter::new(name, "A counter of another library.").expect("a good name");
    registry
        .register(Box::new(counter.clone()))
        .expect("an empty registry");
    (registry, counter)
}

fn has_line(registry: &Registry, line: &str) -> bool {
    registry.encode_text().lines().any(|l| l == line)
}

#[track_caller]
fn assert_line(registry: &Registry, line: &str) {
    let text = registry.encode_text();
    assert!(
        text.lines().any(|l| l == line),
        "no line `{line}` in:\n{text}"
    );
}

#[test]
fn the_default_registry_is_exposed_by_the_global_one() {
    let registered =
        prometheus::register_int_counter!("foreign_default_total", "In the default registry.");
    let counter = registered.expect("a free name");
    assert_line(
        Registry::global(),
        "# HELP foreign_default_total In the default registry.",
    );
    assert_line(Registry::global(), "# TYPE foreign_default_total counter");
    assert_line(Registry::global(), "foreign_default_total 0");
    counter.inc_by(5);
    assert_line(Registry::global(), "foreign_default_total 5");
}

#[test]
fn what_an_attached_registry_has_later_is_exposed_too() {
    let registry = Registry::new();
    let (attached, _counter) = with_counter("foreign_early_total");
    registry.attach(attached.clone());
    assert_line(&registry, "foreign_early_total 0");
    let gauge = prometheus::GaugeVec::new(
        prometheus::Opts::new("foreign_late", "A gauge."),
        &["a", "b"],
    )
    .expect("a good name");
    attached
        .register(Box::new(gauge.clone()))
        .expect("a free name");
    gauge.with_label_values(&["1", "2"]).set(0.5);
    assert_line(&registry, "foreign_late{a=\"1\",b=\"2\"} 0.5");
    assert_eq!(registry.check(), Ok(()));
}

#[test]
fn a_clash_with_an_attached_registry_is_told_and_the_own_family_exposed() {
    let registry = Registry::new();
    let till = Till::register(&registry).expect("an empty registry");
    till.sales.inc_by(3);
    let (attached, counter) = with_counter("till_sales_total");
    counter.inc_by(99);
    registry.attach(attached);
    let Err(Error::Conflicts(conflicts)) = registry.check() else {
        panic!("{:?}", registry.check());
    };
    let [
        Conflict::SameName {
            name,
            first: Place::Declared(declared),
            second: Place::Attached,
        },
    ] = &conflicts[..]
    else {
        panic!("{conflicts:?}");
    };
    assert_eq!(name, "till_sales_total");
    let line = include_str!("foreign.rs")
        .lines()
        .position(|line| line.starts_with("    sales: Counter"));
    assert_eq!(Some(declared.line as usize), line.map(|line| line + 1));
    let told = conflicts[0].to_string();
    assert!(
        told.contains("foreign.rs:") && told.contains("`till_sales_total`"),
        "{told}"
    );

    let text = registry.encode_text();
    assert_eq!(
        text.matches("# TYPE till_sales_total ").count(),
        1,
        "{text}"
    );
    assert!(
        text.contains("\ntill_sales_total 3\n") && !text.contains("99"),
        "{text}"
    );
}

/// A collector that panics whenever it is asked.
struct Broken(Desc);

impl Collector for Broken {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.0]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        std::panic::resume_unwind(Box::new("broken"))
    }
}

#[test]
fn a_collector_that_panics_is_survived_and_counted() {
    let registry = Registry::new();
    let till = Till::register(&registry).expect("an empty registry");
    till.sales.inc();
    let (healthy, _counter) = with_counter("foreign_healthy_total");
    let broken = prometheus::Registry::new();
    let desc = Desc::new(
        "broken".to_owned(),
        "It panics.".to_owned(),
        Vec::new(),
        Default::default(),
    );
    broken
        .register(Box::new(Broken(desc.expect("a good name"))))
        .expect("an empty registry");
    registry.attach(broken);
    registry.attach(healthy);
    let panics = |n: u32| format!("metrics_collector_panics_total{{collector=\"prometheus\"}} {n}");
    for times in 1..=3 {
        let text = registry.encode_text();
        for line in [
            "till_sales_total 1",
            "foreign_healthy_total 0",
            &panics(times),
        ] {
            assert!(
                text.lines().any(|l| l == line),
                "no line `{line}` in:\n{text}"
            );
        }
    }
    assert_eq!(registry.check(), Ok(()), "a panic is no clash");
}

#[test]
fn a_function_that_panics_is_survived_and_counted() {
    let registry = Registry::new();
    let _till = Till::register(&registry).expect("an empty registry");
    let panics = |n: u32| format!("metrics_read_panics_total{{family=\"till_notes\"}} {n}");
    assert_line(&registry, "till_notes 17");
    assert_line(&registry, &panics(0));
    STUMBLES.store(true, Relaxed);
    let text = registry.encode_text();
    assert!(text.contains("till_sales_total 0"), "{text}");
    assert!(
        !text.lines().any(|line| line.starts_with("till_notes ")),
        "{text}"
    );
    assert!(text.lines().any(|line| line == panics(1)), "{text}");
    STUMBLES.store(false, Relaxed);
    assert_line(&registry, &panics(1));
    assert_line(&registry, "till_notes 17");
}

#[test]
fn our_families_can_be_collected_by_their_registry() {
    let ours = Registry::new();
    let till = Till::register(&ours).expect("an empty registry");
    till.sales.inc_by(3);
    let theirs = prometheus::Registry::new();
    theirs
        .register(Box::new(ours.collector()))
        .expect("an empty registry");
    let text = prometheus::TextEncoder::new()
        .encode_to_string(&theirs.gather())
        .expect("their text");
    for line in [
        "# HELP till_sales_total Sales made.",
        "# TYPE till_sales_total counter",
        "till_sales_total 3",
    ] {
        assert!(
            text.lines().any(|l| l == line),
            "no line `{line}` in:\n{text}"
        );
        assert!(has_line(&ours, line), "{line}");
    }
}
