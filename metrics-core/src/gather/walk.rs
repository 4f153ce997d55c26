//! The walk: every family of a registry in the order of names, own and attached alike, and the families
//! in which the framework tells of its own trouble.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering::Relaxed;

use prometheus::proto::MetricFamily;

use super::{FamilyView, SeriesView, Visitor};
use crate::declare::{Declaration, Descriptor, Kind, LabelDescriptor, Source};
use crate::register::{Entry, Registry, View, gather_foreign};
use crate::update::{LabelText, Labels, Metric, Number, Value, with_proto_value};

impl Registry {
    /// Shows every family and series to `visitor`.
    ///
    /// No lock is held meanwhile. Updates go on: a series shows a value that it had at some moment of the
    /// walk, and never one that is lower than it showed before if it is a counter.
    pub fn gather(&self, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        let view = self.view();
        let foreign = gather_foreign(&view);
        let troubles = troubles(&view, !foreign.is_empty());
        let mut items: Vec<Item<'_>> = view.entries.iter().map(Item::Entry).collect();
        items.extend(
            troubles
                .iter()
                .map(|trouble| Item::Trouble(trouble, trouble.name(&view))),
        );
        items.extend(
            foreign
                .iter()
                .map(|(kind, family)| Item::Foreign(*kind, family)),
        );
        // stable, so that of two families of one name the declared one comes first and is the one shown
        items.sort_by(|a, b| a.name().cmp(b.name()));
        items.dedup_by(|second, first| second.name() == first.name());
        items.iter().try_for_each(|item| item.show(&view, visitor))
    }
}

/// One family, wherever it comes from.
enum Item<'a> {
    Entry(&'a Entry),
    Trouble(&'a Trouble, String),
    Foreign(Kind, &'a MetricFamily),
}

impl Item<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Entry(entry) => &entry.name,
            Self::Trouble(_, name) => name,
            Self::Foreign(_, family) => family.name(),
        }
    }

    fn family(&self) -> FamilyView<'_> {
        let declared = |descriptor: &'static Descriptor| FamilyView {
            name: self.name(),
            help: descriptor.help(),
            kind: descriptor.kind(),
            unit: descriptor.unit(),
            descriptor: Some(descriptor),
        };
        match self {
            Self::Entry(entry) => declared(entry.descriptor),
            Self::Trouble(trouble, _) => declared(trouble.descriptor),
            Self::Foreign(kind, family) => FamilyView {
                name: family.name(),
                help: family.help(),
                kind: *kind,
                unit: "",
                descriptor: None,
            },
        }
    }

    fn show(&self, view: &View<'_>, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        let family = self.family();
        if !visitor.wants(&family) {
            return ControlFlow::Continue(());
        }
        visitor.family(&family)?;
        let constant = view.constant.labels();
        let mut series = |labels: Labels<'_>, value: Value<'_>| {
            visitor.series(&SeriesView {
                constant,
                labels,
                value,
            })
        };
        match self {
            Self::Entry(entry) => entry.metric.read(&mut series),
            Self::Trouble(trouble, _) => trouble.counts.iter().try_for_each(|(labels, count)| {
                series(labels.labels(), Value::Number(Number::Unsigned(*count)))
            }),
            Self::Foreign(kind, foreign) => foreign.get_metric().iter().try_for_each(|metric| {
                let mut labels = LabelText::default();
                for label in metric.get_label() {
                    labels.push(label.name(), label.value());
                }
                with_proto_value(*kind, metric, |value| series(labels.labels(), value))
            }),
        }
    }
}

/// A family of the framework's own: what went wrong, by the family that it went wrong in.
struct Trouble {
    descriptor: &'static Descriptor,
    counts: Vec<(LabelText, u64)>,
}

impl Trouble {
    fn name(&self, view: &View<'_>) -> String {
        match view.namespace {
            "" => self.descriptor.name().to_owned(),
            namespace => format!("{namespace}_{}", self.descriptor.name()),
        }
    }
}

const fn trouble(name: &'static str, help: &'static str) -> Descriptor {
    let declared = Declaration {
        prefix: "metrics",
        name,
        verbatim: false,
        unit: "",
        help,
        bounds: None,
        source: Source {
            file: file!(),
            line: line!(),
            package: env!("CARGO_PKG_NAME"),
            module: module_path!(),
        },
    };
    const LABELS: &[LabelDescriptor] = &[LabelDescriptor::open("family", usize::MAX)];
    Descriptor::new(declared, Kind::Counter, LABELS)
}

static OVERFLOWS: Descriptor = trouble(
    "label_overflows",
    "Look-ups that ended in an overflow series, because the family's open labels were at their cap.",
);
static REJECTED: Descriptor = trouble(
    "rejected_updates",
    "Updates refused because they would have made the family wrong.",
);
static PANICS: Descriptor = trouble(
    "read_panics",
    "Panics of functions and collectors that a family is read from.",
);

/// The families of trouble that this registry can have, each only if something in it can have it.
fn troubles(view: &View<'_>, has_foreign: bool) -> Vec<Trouble> {
    let counts = |count: fn(&dyn Metric) -> Option<u64>| -> Vec<_> {
        let of = |entry: &Entry| Some(by_family(&entry.name, count(&*entry.metric)?));
        view.entries.iter().filter_map(of).collect()
    };
    let mut panics = counts(|metric| metric.panicked());
    let attached = view.attached_panics.load(Relaxed);
    if has_foreign || attached > 0 {
        panics.push(by_family("(attached registry)", attached));
    }
    [
        (&OVERFLOWS, counts(|metric| metric.overflowed())),
        (&REJECTED, counts(|metric| metric.rejected())),
        (&PANICS, panics),
    ]
    .into_iter()
    .filter(|(_, counts)| !counts.is_empty())
    .map(|(descriptor, counts)| Trouble { descriptor, counts })
    .collect()
}

fn by_family(name: &str, count: u64) -> (LabelText, u64) {
    let mut labels = LabelText::default();
    labels.push("family", name);
    (labels, count)
}
