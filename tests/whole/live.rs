//! A case with metrics that live: registered as a set, and updated by threads as the case says.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use metrics_core::{
    Counter, Declaration, Descriptor, Family, Gauge, Histogram, Info, Kind, Label, Metric,
    MetricField, MetricSet, NativeOptions, Number, ReadField, Registry, SetDescriptor, Source,
    StateSet,
};

use super::case::{Act, Case, Declared, Of, Shape, Verb};
use super::shapes::{Capped, Finite, Labels, Mixed, Open, Two};

/// A registry with the families of a case.
pub(crate) struct Exposed {
    pub(crate) registry: Registry,
    families: Vec<Box<dyn Live>>,
}

/// A metric to which acts are done.
trait Live: Send + Sync {
    fn does(&self, act: &Act<'_>);
    fn metric(&self) -> Arc<dyn Metric>;
}

impl Exposed {
    /// What is declared stays in memory.
    pub(crate) fn of(case: &Case) -> Self {
        let mut builder = Registry::builder().namespace(case.namespace);
        if let Some(zone) = &case.zone {
            builder = builder.constant_label("zone", zone);
        }
        let registry = builder.build().expect("good names");
        let descriptors = case.families.iter().enumerate();
        let descriptors: Vec<_> = descriptors
            .map(|(index, declared)| descriptor(index, declared))
            .collect();
        let descriptors: &'static [Descriptor] = descriptors.leak();
        let families = case.families.iter().zip(descriptors);
        let families: Vec<_> = families
            .map(|(declared, descriptor)| live(declared, descriptor))
            .collect();
        let metrics = families.iter().map(|family| family.metric()).collect();
        NEXT.replace((descriptors, metrics));
        CaseSet::register(&registry).expect("no clash");
        Self { registry, families }
    }

    /// All that the threads of a case do, one thread after the other.
    pub(crate) fn acts_in_turn(&self, case: &Case) {
        for index in 0..case.threads.len() {
            thread::scope(|scope| scope.spawn(|| self.acts(case, index)).join())
                .expect("a thread that updates");
        }
    }

    /// The same at once. `beside` runs meanwhile, and is asked whether it is the end.
    pub(crate) fn acts_at_once(&self, case: &Case, mut beside: impl FnMut()) {
        thread::scope(|scope| {
            let threads = 0..case.threads.len();
            let threads: Vec<_> = threads
                .map(|index| scope.spawn(move || self.acts(case, index)))
                .collect();
            while threads.iter().any(|thread| !thread.is_finished()) {
                beside();
            }
        });
    }

    fn acts(&self, case: &Case, thread: usize) {
        for act in case.acts(thread) {
            self.families[act.family].does(&act);
        }
    }
}

type Next = (&'static [Descriptor], Vec<Arc<dyn Metric>>);

thread_local! {
    /// What the next set consists of: a set is made by a function without arguments.
    static NEXT: RefCell<Next> = const { RefCell::new((&[], Vec::new())) };
}

struct CaseSet(Next);

impl MetricSet for CaseSet {
    const SET: SetDescriptor = SetDescriptor {
        name: "CaseSet",
        help: "",
        source: SOURCE,
        families: &[],
        nested: &[],
        labels: &[],
        linked: false,
    };

    fn detached() -> Self {
        Self(NEXT.take())
    }

    fn families(&self) -> Vec<Family> {
        let (families, metrics) = &self.0;
        Family::of_set(
            SetDescriptor {
                families,
                ..Self::SET
            },
            metrics,
            &[],
        )
    }
}

const SOURCE: Source = Source {
    file: file!(),
    line: line!(),
    package: env!("CARGO_PKG_NAME"),
    module: module_path!(),
};

fn descriptor(index: usize, declared: &Declared) -> Descriptor {
    let leak = |text: String| -> &'static str { text.leak() };
    let name = leak(declared.field(index));
    let mut declaration = Declaration::new("", name, leak(declared.help.clone()), SOURCE);
    declaration = declaration.unit(declared.unit);
    let native = declared.native;
    if declared.is_histogram() && native.classic {
        declaration = declaration.bounds(declared.bounds().leak());
    }
    if declared.is_histogram() && native.native {
        declaration = declaration.native(NativeOptions::new(
            native.schema,
            native.max_buckets,
            native.zero_threshold,
        ));
    }
    let kind = match declared.of {
        Of::Count | Of::Amount => Kind::Counter,
        Of::Level | Of::Fill | Of::Read => Kind::Gauge,
        Of::Sizes | Of::Lengths => Kind::Histogram,
        Of::Info => Kind::Info,
        Of::States => Kind::StateSet,
    };
    Descriptor::new(declaration, kind, labels(declared))
}

fn labels(declared: &Declared) -> &'static [metrics_core::LabelDescriptor] {
    use metrics_core::LabelSet;
    match declared.shape {
        _ if matches!(declared.of, Of::States | Of::Read) => &[],
        Shape::Bare => <()>::LABELS,
        Shape::Finite => Finite::LABELS,
        Shape::Open => Open::LABELS,
        Shape::Capped => Capped::LABELS,
        Shape::Mixed => Mixed::LABELS,
        Shape::Two => Two::LABELS,
    }
}

fn live(declared: &Declared, descriptor: &'static Descriptor) -> Box<dyn Live> {
    match declared.of {
        Of::States => Box::new(StateSet::<State>::new(descriptor)),
        Of::Read => Box::new(Told::new(descriptor)),
        _ => match declared.shape {
            Shape::Bare => labelled::<()>(declared.of, descriptor),
            Shape::Finite => labelled::<Finite>(declared.of, descriptor),
            Shape::Open => labelled::<Open<'static>>(declared.of, descriptor),
            Shape::Capped => labelled::<Capped<'static>>(declared.of, descriptor),
            Shape::Mixed => labelled::<Mixed<'static>>(declared.of, descriptor),
            Shape::Two => labelled::<Two<'static>>(declared.of, descriptor),
        },
    }
}

fn labelled<L: Labels>(of: Of, descriptor: &'static Descriptor) -> Box<dyn Live> {
    match of {
        Of::Count => Box::new(Counter::<L>::new(descriptor)),
        Of::Amount => Box::new(Counter::<L, f64>::new(descriptor)),
        Of::Level => Box::new(Gauge::<L>::new(descriptor)),
        Of::Fill => Box::new(Gauge::<L, f64>::new(descriptor)),
        Of::Sizes => Box::new(Histogram::<L>::new(descriptor)),
        Of::Lengths => Box::new(Histogram::<L, u64>::new(descriptor)),
        Of::Info => Box::new(InfoOf(Info::<L>::new(descriptor))),
        Of::States | Of::Read => unreachable!("they have no label sets"),
    }
}

impl<L: Labels> Live for Counter<L> {
    fn does(&self, act: &Act<'_>) {
        let (labels, n) = (L::at(act.label, act.texts), act.whole());
        match act.verb {
            Verb::Kept => {
                let child = self.with(labels);
                child.inc_by(n);
                child.inc_by(n);
                child.inc_by(n);
            }
            Verb::Exemplar => {
                let trace = [("trace_id", &*act.trace)];
                self.with(labels).inc_by_with_exemplar(n, &trace);
            }
            Verb::Edge => L::inc_by(self, labels, u64::MAX - n),
            Verb::Remove => drop(self.remove(labels)),
            Verb::Own => L::own_and_inc_by(self, labels, n),
            _ => L::inc_by(self, labels, n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

impl<L: Labels> Live for Counter<L, f64> {
    fn does(&self, act: &Act<'_>) {
        let (labels, n) = (L::at(act.label, act.texts), act.eighths().abs());
        match act.verb {
            Verb::Kept => {
                let child = self.with(labels);
                child.inc_by(n);
                child.inc_by(n);
                child.inc_by(n);
            }
            Verb::Exemplar => {
                let trace = [("trace_id", &*act.trace)];
                self.with(labels).inc_by_with_exemplar(n, &trace);
            }
            Verb::Bad => self.with(labels).inc_by(act.bad()),
            Verb::Remove => drop(self.remove(labels)),
            _ => self.with(labels).inc_by(n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

impl<L: Labels> Live for Gauge<L> {
    fn does(&self, act: &Act<'_>) {
        let (at, n) = (|| L::at(act.label, act.texts), act.signed());
        match act.verb {
            Verb::Kept => {
                let child = self.with(at());
                child.add(n);
                child.sub(n);
                child.add(n);
            }
            Verb::Set => self.with(at()).set(n),
            Verb::Edge => self.with(at()).set(i64::MIN + n.abs()),
            Verb::Guard => L::guard(self, at(), || L::add(self, at(), n)),
            Verb::Remove => drop(self.remove(at())),
            _ => L::add(self, at(), n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

impl<L: Labels> Live for Gauge<L, f64> {
    fn does(&self, act: &Act<'_>) {
        let (labels, n) = (L::at(act.label, act.texts), act.eighths());
        match act.verb {
            Verb::Kept => {
                let child = self.with(labels);
                child.add(n);
                child.sub(n);
                child.add(n);
            }
            Verb::Set => self.with(labels).set(n),
            Verb::Edge => self.with(labels).set(act.edge()),
            Verb::Remove => drop(self.remove(labels)),
            _ => self.with(labels).add(n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

impl<L: Labels> Live for Histogram<L> {
    fn does(&self, act: &Act<'_>) {
        let (labels, n) = (L::at(act.label, act.texts), act.eighths());
        match act.verb {
            Verb::Kept => {
                let child = self.with(labels);
                child.observe(n);
                child.observe(n);
                child.observe(n);
            }
            Verb::Exemplar => {
                let trace = [("trace_id", &*act.trace)];
                self.with(labels).observe_with_exemplar(n, &trace);
            }
            Verb::Duration => {
                let time = Duration::from_millis(125 * act.whole());
                self.with(labels).observe_duration(time);
            }
            Verb::Bad => self.with(labels).observe(f64::NAN),
            Verb::Remove => drop(self.remove(labels)),
            _ => L::observe(self, labels, n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

impl<L: Labels> Live for Histogram<L, u64> {
    fn does(&self, act: &Act<'_>) {
        let (labels, n) = (L::at(act.label, act.texts), act.whole());
        match act.verb {
            Verb::Kept => {
                let child = self.with(labels);
                child.observe(n);
                child.observe(n);
                child.observe(n);
            }
            Verb::Exemplar => {
                let trace = [("trace_id", &*act.trace)];
                self.with(labels).observe_with_exemplar(n, &trace);
            }
            Verb::Remove => drop(self.remove(labels)),
            _ => self.with(labels).observe(n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

/// An info says by its type alone which labels it has.
struct InfoOf<L>(Info<L>);

impl<L: Labels> Live for InfoOf<L> {
    fn does(&self, act: &Act<'_>) {
        self.0.set(L::at(act.label, act.texts));
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.0.handle()
    }
}

#[derive(Clone, Copy, Label)]
enum State {
    Starting,
    Running,
    #[label(name = "shut down")]
    Down,
}

/// The states as they should be exposed.
pub(crate) const STATES: [&str; 3] = ["starting", "running", "shut down"];

impl Live for StateSet<State> {
    fn does(&self, act: &Act<'_>) {
        self.set([State::Starting, State::Running, State::Down][act.label % STATES.len()]);
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

/// A gauge with what it is read from.
struct Told {
    gauge: Gauge,
    told: Arc<AtomicI64>,
}

impl Told {
    fn new(descriptor: &'static Descriptor) -> Self {
        let told = Arc::new(AtomicI64::new(0));
        let read = Arc::clone(&told);
        Self {
            gauge: Gauge::reading(descriptor, move || Number::Signed(read.load(Relaxed))),
            told,
        }
    }
}

impl Live for Told {
    fn does(&self, act: &Act<'_>) {
        self.told.store(act.signed(), Relaxed);
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.gauge.handle()
    }
}
