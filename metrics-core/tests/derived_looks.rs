//! Who looks at the sources of derived values, and when, in real time.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use metrics_core::{
    Counter, Descriptor, Gauge, Histogram, Kind, LabelDescriptor, Labels, Metric, MetricField,
    MetricSet, Number, Point, Registry, Value,
};

/// A counter that keeps itself who reads it, and whether it says that it is code of a user's.
struct Told<const OF_USER: bool>(Arc<Readers>);

#[derive(Default)]
struct Readers(Mutex<Vec<String>>);

impl Readers {
    /// How often the thread that samples has read.
    fn sampler(&self) -> usize {
        let readers = self.0.lock().expect("nobody panics");
        readers
            .iter()
            .filter(|name| *name == "metrics-derived")
            .count()
    }
}

impl<const OF_USER: bool> Metric for Told<OF_USER> {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let name = std::thread::current().name().unwrap_or_default().to_owned();
        self.0.0.lock().expect("nobody panics").push(name);
        visit(&Point::new(
            Labels::NONE,
            Value::Number(Number::Unsigned(7)),
        ))
    }

    fn runs_user_code(&self) -> bool {
        OF_USER
    }
}

impl<const OF_USER: bool> MetricField for Told<OF_USER> {
    const KIND: Kind = Kind::Counter;
    const LABELS: &'static [LabelDescriptor] = &[];

    fn new(_: &'static Descriptor) -> Self {
        Self(Arc::default())
    }

    fn handle(&self) -> Arc<dyn Metric> {
        Arc::new(Self(Arc::clone(&self.0)))
    }
}

/// Short windows in real time.
#[derive(MetricSet)]
struct Short<T> {
    /// Events.
    events: T,
    /// How fast they are in the latest second.
    #[metric(rate_of = events, window = "1s")]
    event_rate: Gauge<(), f64>,
}

#[test]
fn in_real_time_sources_are_looked_at_while_nobody_reads() {
    let short = Short::<Told<false>>::register(&Registry::new()).expect("an empty registry");
    let readers = Arc::clone(&short.events.0);
    wait_until(|| readers.sampler() >= 3);
    drop(short);
    // the thread itself may hold it for a last look
    wait_until(|| Arc::strong_count(&readers) == 1);
}

#[test]
fn code_of_users_is_run_for_who_gathers_alone() {
    let registry = Registry::new();
    let of_user = Short::<Told<true>>::register(&registry).expect("an empty registry");
    let of_ours = Short::<Told<false>>::register(&Registry::new()).expect("an empty registry");
    wait_until(|| of_ours.events.0.sampler() >= 3);
    assert_eq!(of_user.events.0.sampler(), 0);
    assert!(registry.encode_text().contains("event_rate 0\n"));
    let readers = of_user.events.0.0.lock().expect("nobody panics");
    let last = readers.last().map(String::as_str);
    assert_eq!(last, Some("metrics-collect"), "and not where it is walked");
}

/// A counter that one more is counted with at each look, and whose next look waits for the test if that says so.
struct Held(Arc<Hold>);

#[derive(Default)]
struct Hold {
    looks: AtomicU64,
    /// Looks wait while the test holds this.
    gate: Mutex<()>,
    waiting: AtomicBool,
}

impl Metric for Held {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let looks = self.0.looks.fetch_add(1, Relaxed);
        self.0.waiting.store(true, Relaxed);
        drop(self.0.gate.lock().expect("nobody panics"));
        self.0.waiting.store(false, Relaxed);
        visit(&Point::new(
            Labels::NONE,
            Value::Number(Number::Unsigned(looks)),
        ))
    }

    fn runs_user_code(&self) -> bool {
        false
    }
}

impl MetricField for Held {
    const KIND: Kind = Kind::Counter;
    const LABELS: &'static [LabelDescriptor] = &[];

    fn new(_: &'static Descriptor) -> Self {
        Self(Arc::default())
    }

    fn handle(&self) -> Arc<dyn Metric> {
        Arc::new(Self(Arc::clone(&self.0)))
    }
}

#[test]
fn who_cannot_wait_for_a_look_sees_the_value_of_the_latest() {
    let short = Short::<Held>::register(&Registry::new()).expect("an empty registry");
    let hold = Arc::clone(&short.events.0);
    wait_until(|| hold.looks.load(Relaxed) >= 4);
    let gate = hold.gate.lock().expect("nobody panics");
    wait_until(|| hold.waiting.load(Relaxed));
    // nobody has read the value yet
    assert!(short.event_rate.get() > 0.0);
    drop(gate);
}

fn wait_until(is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "it takes too long");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn in_real_time_what_was_counted_leaves_the_window() {
    let short = Short::<Counter>::register(&Registry::new()).expect("an empty registry");
    short.events.inc_by(1000);
    assert!(short.event_rate.get() > 0.0);
    wait_until(|| short.event_rate.get() == 0.0);
}

/// Events that take exemplars.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Traced {
    /// Events.
    #[metric(exemplars)]
    events: Counter,
    /// Sizes.
    #[metric(exemplars, buckets = [10.0])]
    sizes: Histogram,
    /// How fast events are.
    #[metric(rate_of = events)]
    event_rate: Gauge<(), f64>,
    /// What half of the sizes are below.
    #[metric(quantile_of = sizes, q = 0.5)]
    size_median: Gauge<(), f64>,
}

#[test]
fn exemplars_are_kept_for_scrapes_and_not_for_looks() {
    static SPANS: AtomicU64 = AtomicU64::new(0);
    metrics_core::set_exemplar_source(|show| {
        let span = SPANS.fetch_add(1, Relaxed).to_string();
        show(&[("span", &span)]);
    });
    let registry = Registry::new();
    let traced = Traced::register(&registry).expect("an empty registry");
    for _ in 0..3 {
        traced.events.inc();
        traced.sizes.observe(1.0);
        assert!(traced.event_rate.get() > 0.0 && traced.size_median.get() > 0.0);
    }
    let text = registry.encode_open_metrics();
    for shown in [
        "events_total 3 # {span=\"0\"}",
        "{le=\"10.0\"} 3 # {span=\"1\"}",
    ] {
        assert!(text.contains(shown), "{text}");
    }
}
