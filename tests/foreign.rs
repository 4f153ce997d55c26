//! The `prometheus` crate: what is in its registries is exposed beside our own, and its troubles are told.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use metrics_core::testing::Scope;
use metrics_core::{Conflict, Counter, Error, Gauge, MetricSet, Place, Registry, TextEncoder};
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
    let line = line!() + 1;
    registry.attach(attached);
    let Err(Error::Conflicts(conflicts)) = registry.check() else {
        panic!("{:?}", registry.check());
    };
    let [
        Conflict::SameName {
            name,
            first: Place::Declared(declared),
            second: Place::Attached(at),
        },
    ] = &conflicts[..]
    else {
        panic!("{conflicts:?}");
    };
    assert_eq!(name, "till_sales_total");
    assert_eq!(at.line(), line);
    let line = include_str!("foreign.rs")
        .lines()
        .position(|line| line.starts_with("    sales: Counter"));
    assert_eq!(Some(declared.line as usize), line.map(|line| line + 1));
    let told = conflicts[0].to_string();
    let attached = format!(
        "`prometheus` crate, attached at tests/foreign.rs:{}\n",
        at.line()
    );
    assert!(
        told.contains(&attached) && told.contains("`till_sales_total`"),
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

/// A collector that waits until it is let go.
struct Hanging {
    desc: Desc,
    go_on: std::sync::Mutex<std::sync::mpsc::Receiver<()>>,
}

impl Collector for Hanging {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.desc]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        // an end of the sender lets go as well, so that no thread is left when the test fails
        let _ = self.go_on.lock().expect("nobody panics").recv();
        Vec::new()
    }
}

fn text_within(registry: &Registry, patience: Duration) -> String {
    let mut encoder = TextEncoder::new(Vec::new());
    let _ = registry.gather_until(Instant::now() + patience, &mut encoder);
    String::from_utf8(encoder.finish().expect("a `Vec` takes all")).expect("text")
}

#[test]
fn an_attached_registry_that_hangs_costs_its_own_families_and_is_named() {
    let registry = Registry::new();
    let till = Till::register(&registry).expect("an empty registry");
    till.sales.inc();
    let (hanging, _counter) = with_counter("foreign_behind_total");
    let (let_go, go_on) = std::sync::mpsc::channel();
    let desc = Desc::new(
        "hangs".to_owned(),
        "It hangs.".to_owned(),
        Vec::new(),
        Default::default(),
    );
    let collector = Hanging {
        desc: desc.expect("a good name"),
        go_on: go_on.into(),
    };
    hanging.register(Box::new(collector)).expect("a new name");
    registry.attach_named("kiosk", hanging);
    let (healthy, _counter) = with_counter("foreign_healthy_total");
    registry.attach(healthy);
    let text = text_within(&registry, Duration::from_millis(100));
    let named = "metrics_collector_timeouts_total{collector=\"kiosk\"} 1";
    for line in ["till_sales_total 1", "foreign_healthy_total 0", named] {
        assert!(text.lines().any(|l| l == line), "no `{line}` in:\n{text}");
    }
    assert!(!text.contains("foreign_behind_total"), "{text}");

    drop(let_go);
    let text = text_within(&registry, Duration::from_secs(30));
    for line in ["foreign_behind_total 0", named] {
        assert!(text.lines().any(|l| l == line), "no `{line}` in:\n{text}");
    }
}

/// A linked set, which each scope of a test has anew.
#[derive(MetricSet)]
#[metrics(prefix = "scoped_shelf")]
struct Shelf {
    /// Tins on it.
    tins: Gauge,
}

#[test]
fn a_collector_of_a_scope_counts_there() {
    let scope = Scope::new();
    scope
        .registry()
        .add_collector("shelf", || Shelf::global().tins.set(5));
    assert_line(scope.registry(), "scoped_shelf_tins 5");
    assert_eq!(Shelf::global().tins.get(), 0, "not in the process");

    // a registry of no scope is told of a collector in one
    let registry = Registry::new();
    scope.run(|| registry.add_collector("shelf", || Shelf::global().tins.set(6)));
    let _ = registry.encode_text();
    assert_eq!(Shelf::global().tins.get(), 0, "not in the process");
    assert_eq!(scope.run(|| Shelf::global().tins.get()), 6);
}
