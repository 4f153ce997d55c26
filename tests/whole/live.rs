//! A case with metrics that live: registered as a set, and updated by threads as the case says.

use std::cell::RefCell;
use std::sync::Arc;
use std::thread;

use metrics_core::{
    Counter, Declaration, Descriptor, Family, Gauge, Histogram, Info, Kind, LabelDescriptor,
    LabelSet, Metric, MetricField, MetricSet, NativeOptions, Registry, SetDescriptor, Source,
    StateSet,
};

use super::case::{Act, Case, Declared, Of, Shape};
use super::shapes::{Capped, Finite, Labels, Mixed, Open, Two};
use super::updates::{InfoOf, Live, State, Told};

/// A registry with the families of a case.
pub(crate) struct Exposed {
    pub(crate) registry: Registry,
    families: Vec<Box<dyn Live>>,
}

impl Exposed {
    /// What is declared stays in memory. What comes before all threads has been done.
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
        let exposed = Self { registry, families };
        exposed.act(case.first_acts());
        exposed
    }

    /// All that the threads of a case do, one thread after the other.
    pub(crate) fn acts_in_turn(&self, case: &Case) {
        for index in 0..case.threads.len() {
            let thread = || self.act(case.acts(index));
            thread::scope(|scope| scope.spawn(thread).join()).expect("a thread that updates");
        }
    }

    /// The same at once, in halves. `beside` runs meanwhile, again and again, and `between` after the first.
    pub(crate) fn acts_at_once(
        &self,
        case: &Case,
        mut beside: impl FnMut(),
        between: impl FnOnce(),
    ) {
        let half = |thread: usize| case.threads[thread].len() / 2;
        self.at_once(case, &mut beside, |index| {
            case.acts(index).take(half(index))
        });
        between();
        self.at_once(case, &mut beside, |index| {
            case.acts(index).skip(half(index))
        });
    }

    fn at_once<'c, A: Iterator<Item = Act<'c>>>(
        &self,
        case: &Case,
        beside: &mut impl FnMut(),
        acts: impl Fn(usize) -> A + Sync,
    ) {
        thread::scope(|scope| {
            let acts = &acts;
            let threads = 0..case.threads.len();
            let threads: Vec<_> = threads
                .map(|index| scope.spawn(move || self.act(acts(index))))
                .collect();
            while threads.iter().any(|thread| !thread.is_finished()) {
                beside();
            }
        });
    }

    fn act<'c>(&self, acts: impl Iterator<Item = Act<'c>>) {
        for act in acts {
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

fn labels(declared: &Declared) -> &'static [LabelDescriptor] {
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
