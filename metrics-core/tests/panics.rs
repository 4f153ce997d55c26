//! Code of users that panics, or does more than it should, where no collector runs: in what a metric tells beside its
//! series, in a source of exemplars, in destructors.

use std::ops::ControlFlow;
use std::panic::panic_any;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use metrics_core::{
    Counter, Descriptor, Gauge, Kind, LabelDescriptor, Metric, MetricField, MetricSet, Point,
    Registry,
};

/// So much patience is enough for everything that does not hang.
const LONG: Duration = Duration::from_secs(30);

/// A tank.
#[derive(MetricSet)]
#[metrics(prefix = "tank", register = false)]
struct Tank {
    /// What is in it.
    level: Gauge,
    /// How often somebody has told.
    #[metric(exemplars)]
    visits: Counter,
}

/// What panics again where somebody drops it.
struct Payload;

impl Drop for Payload {
    fn drop(&mut self) {
        if !thread::panicking() {
            panic!("of what a panic carried");
        }
    }
}

/// A metric that panics wherever it is asked.
struct Panicking;

impl Metric for Panicking {
    fn read(&self, _: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        panic_any(Payload);
    }

    fn delivered(&self, _: metrics_core::Mark) {
        panic_any(Payload);
    }

    fn overflowed(&self) -> Option<u64> {
        panic_any(Payload);
    }

    fn rejected(&self) -> Option<u64> {
        panic_any(Payload);
    }
}

impl MetricField for Panicking {
    const KIND: Kind = Kind::Gauge;
    const LABELS: &'static [LabelDescriptor] = &[];

    fn new(_: &'static Descriptor) -> Self {
        Self
    }

    fn handle(&self) -> Arc<dyn Metric> {
        Arc::new(Self)
    }
}

/// Others beside it.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Beside {
    /// What panics.
    bad: Panicking,
    /// What does not.
    good: Gauge,
}

#[test]
fn what_a_metric_tells_beside_its_series_is_contained() {
    let registry = Registry::new();
    let set = Beside::register(&registry).expect("an empty registry");
    let _ = &set.bad;
    set.good.set(7);
    registry.delivered(registry.mark());
    let text = registry.encode_text();
    for line in ["good 7", "metrics_read_panics_total{family=\"bad\"} 4"] {
        assert!(text.lines().any(|l| l == line), "no `{line}` in:\n{text}");
    }
}

#[test]
fn a_source_of_exemplars_may_panic_with_what_panics() {
    metrics_core::set_exemplar_source(|_| panic_any(Payload));
    let tank = Tank::detached();
    tank.visits.inc();
    assert_eq!(tank.visits.get(), 1);
}

/// A metric whose destructor asks the registry for something.
struct Asks(Registry);

impl Drop for Asks {
    fn drop(&mut self) {
        let _ = self.0.constant_labels().count() + self.0.encode_text().len();
    }
}

/// Made under the name by which it is exposed.
struct Named;

thread_local! {
    static REGISTRY: Registry = Registry::new();
}

impl Metric for Named {
    fn read(&self, _: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn exposed_as(&self, _: &str) -> Option<Arc<dyn Metric>> {
        Some(Arc::new(Asks(REGISTRY.with(Registry::clone))))
    }
}

impl Metric for Asks {
    fn read(&self, _: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn runs_user_code(&self) -> bool {
        false
    }
}

impl MetricField for Named {
    const KIND: Kind = Kind::Gauge;
    const LABELS: &'static [LabelDescriptor] = &[];

    fn new(_: &'static Descriptor) -> Self {
        Self
    }

    fn handle(&self) -> Arc<dyn Metric> {
        Arc::new(Self)
    }
}

/// Called as a family of the tank.
#[derive(MetricSet)]
#[metrics(prefix = "tank", register = false)]
struct Clashing {
    /// What is in it.
    level: Named,
}

#[test]
fn what_is_refused_is_not_dropped_under_a_lock() {
    let (done, ended) = mpsc::channel();
    let refused = thread::spawn(move || {
        let registry = REGISTRY.with(Registry::clone);
        let _tank = Tank::register(&registry).expect("an empty registry");
        assert!(Clashing::register(&registry).is_err());
        assert!(matches!(registry.instance::<Clashing>().level, Named));
        assert!(registry.check().is_err());
        let _ = done.send(());
    });
    assert!(ended.recv_timeout(LONG).is_ok(), "it waits for itself");
    assert!(refused.join().is_ok());
}
