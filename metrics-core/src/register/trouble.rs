//! The families in which a registry tells of its own trouble, by the family that it is in.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::{Entry, View};
use crate::declare::{Declaration, Descriptor, Kind, LabelDescriptor, Source};
use crate::update::LabelText;

/// A family of trouble, read.
pub(crate) struct Trouble {
    pub(crate) descriptor: &'static Descriptor,
    pub(crate) counts: Vec<(LabelText, u64)>,
}

const fn counter(name: &'static str, help: &'static str) -> Descriptor {
    const LABELS: &[LabelDescriptor] = &[LabelDescriptor::open("family", usize::MAX)];
    Descriptor::new(declared(name, help), Kind::Counter, LABELS)
}

const fn declared(name: &'static str, help: &'static str) -> Declaration {
    let source = Source {
        file: file!(),
        line: line!(),
        package: env!("CARGO_PKG_NAME"),
        module: module_path!(),
    };
    Declaration::new("metrics", name, help, source)
}

static OVERFLOWS: Descriptor = counter(
    "label_overflows",
    "Look-ups that ended in an overflow series, because the family's open labels were at their cap.",
);
static REJECTED: Descriptor = counter(
    "rejected_updates",
    "Updates refused because they would have made the family wrong.",
);
static PANICS: Descriptor = counter(
    "read_panics",
    "Panics of functions and collectors that a family is read from.",
);
static HIDDEN: Descriptor = Descriptor::new(
    declared(
        "hidden_families",
        "Families that are not exposed, because their names clash; `Registry::check` tells which.",
    ),
    Kind::Gauge,
    &[],
);

/// Names that no set may take.
pub(super) const RESERVED: [&Descriptor; 4] = [&OVERFLOWS, &REJECTED, &PANICS, &HIDDEN];

/// A label value for what attached registries do: their collectors have no names.
const ATTACHED: &str = "(attached registry)";

/// The families of trouble that this registry can have, each only if something in it can have it.
pub(super) fn troubles(
    view: &View<'_>,
    hidden: usize,
    attached_panics: &AtomicU64,
) -> Vec<Trouble> {
    let of = |count: fn(&Entry) -> Option<u64>| -> Vec<_> {
        let entries = view.entries.iter();
        entries
            .filter_map(|entry| Some((by_family(&entry.name), count(entry)?)))
            .collect()
    };
    let mut panics = of(|entry| {
        entry
            .metric
            .runs_user_code()
            .then(|| entry.panics.load(Relaxed))
    });
    let mut hides = Vec::new();
    // only an attached registry, and the linker, can bring what clashes and is not refused
    if !view.attached.is_empty() {
        panics.push((by_family(ATTACHED), attached_panics.load(Relaxed)));
        hides.push((LabelText::default(), hidden as u64));
    }
    [
        (&OVERFLOWS, of(|entry| entry.metric.overflowed())),
        (&REJECTED, of(|entry| entry.metric.rejected())),
        (&PANICS, panics),
        (&HIDDEN, hides),
    ]
    .into_iter()
    .filter(|(_, counts)| !counts.is_empty())
    .map(|(descriptor, counts)| Trouble { descriptor, counts })
    .collect()
}

fn by_family(name: &str) -> LabelText {
    let mut labels = LabelText::default();
    labels.push("family", name);
    labels
}
