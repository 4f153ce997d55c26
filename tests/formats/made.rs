//! Registries whose series are given whole, with whatever a series may have.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Arc;

use metrics_core::{
    Declaration, Descriptor, Exemplar, Family, FamilySnapshot, LabelText, Metric, MetricSet, Point,
    Registry, SetDescriptor, Source,
};

/// A family, and for each of its series when it began.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) family: FamilySnapshot,
    pub(crate) created: Vec<u64>,
}

/// Labels, rendered.
pub(crate) fn rendered(pairs: &[(String, String)]) -> LabelText {
    let mut text = LabelText::default();
    for (name, value) in pairs {
        text.push(name, value);
    }
    text
}

impl Metric for Made {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut series = self.family.series.iter().zip(&self.created);
        series.try_for_each(|(series, created)| {
            let labels = rendered(&series.labels);
            let texts = series.exemplars.iter().map(|e| rendered(&e.labels));
            let texts: Vec<_> = texts.collect();
            let exemplars = series.exemplars.iter().zip(&texts);
            let exemplars: Vec<_> = exemplars
                .map(|(e, labels)| Exemplar::new(labels.labels(), e.value, e.millis))
                .collect();
            series.value.with_value(|value| {
                let point = Point::new(labels.labels(), *value);
                visit(&point.created(*created).exemplars(&exemplars))
            })
        })
    }

    fn runs_user_code(&self) -> bool {
        // so that the registry has no family of its own that counts panics
        false
    }
}

/// A registry with these families. What is declared of them stays in memory.
pub(crate) fn registry(families: Vec<Made>) -> Registry {
    let registry = Registry::new();
    NEXT.replace(families);
    MadeSet::register(&registry).expect("no clash");
    registry
}

thread_local! {
    /// What the next set consists of: a set is made by a function without arguments.
    static NEXT: RefCell<Vec<Made>> = const { RefCell::new(Vec::new()) };
}

struct MadeSet(Vec<Made>);

impl MetricSet for MadeSet {
    const SET: SetDescriptor = SetDescriptor {
        name: "MadeSet",
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
        let descriptors: Vec<_> = self.0.iter().map(|made| declared(&made.family)).collect();
        let set = SetDescriptor {
            families: descriptors.leak(),
            ..Self::SET
        };
        let metrics = self.0.iter().map(|made| Arc::new(made.clone()) as _);
        Family::of_set(set, &metrics.collect::<Vec<_>>(), &[])
    }
}

const SOURCE: Source = Source {
    file: file!(),
    line: line!(),
    package: "metrics-tests",
    module: module_path!(),
};

fn declared(family: &FamilySnapshot) -> Descriptor {
    let leak = |text: &str| -> &'static str { text.to_owned().leak() };
    let declaration = Declaration::new("", leak(&family.name), leak(&family.help), SOURCE);
    let declaration = declaration.verbatim().unit(leak(&family.unit));
    Descriptor::new(declaration, family.kind, &[])
}
