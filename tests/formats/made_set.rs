//! Registries of families that are given whole.

use std::cell::RefCell;
use std::sync::Arc;

use metrics_core::{
    Declaration, Descriptor, Family, FamilySnapshot, MetricSet, Registry, SetDescriptor, Source,
};

use crate::made::Made;

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
