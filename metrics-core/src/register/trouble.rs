//! The families in which a registry tells of its own trouble, by the family that it is in.

mod alerts;

use std::sync::Arc;

use super::View;
use super::guest::{Named, What};
use super::view::without;
use crate::declare::{Alert, Declaration, Descriptor, Kind, LabelDescriptor, Source};
use crate::update::LabelText;

/// A family of trouble, read.
pub(crate) struct Trouble {
    pub(crate) descriptor: &'static Descriptor,
    pub(crate) rows: Vec<Row>,
}

/// A series of trouble.
pub(crate) struct Row {
    /// The constant labels of the registry that it tells of.
    pub(crate) constant: Arc<LabelText>,
    pub(crate) labels: LabelText,
    pub(crate) count: u64,
}

const FAMILY: &[LabelDescriptor] = &[LabelDescriptor::open("family", usize::MAX)];
const COLLECTOR: &[LabelDescriptor] = &[LabelDescriptor::open("collector", usize::MAX)];

const fn counter(
    name: &'static str,
    help: &'static str,
    labels: &'static [LabelDescriptor],
    alerts: &'static [Alert],
) -> Descriptor {
    Descriptor::new(declared(name, help, alerts), Kind::Counter, labels)
}

const fn declared(name: &'static str, help: &'static str, alerts: &'static [Alert]) -> Declaration {
    Declaration::new("metrics", name, help, SOURCE).alerts(alerts)
}

const SOURCE: Source = Source {
    file: file!(),
    line: line!(),
    package: env!("CARGO_PKG_NAME"),
    module: module_path!(),
};

static OVERFLOWS: Descriptor = counter(
    "label_overflows",
    "Look-ups that ended in an overflow series, because the family's open labels were at their cap.",
    FAMILY,
    &[alerts::OVERFLOW],
);
static REJECTED: Descriptor = counter(
    "rejected_updates",
    "Updates refused because they would have made the family wrong.",
    FAMILY,
    &[alerts::REJECTED],
);
static PANICS: Descriptor = counter(
    "read_panics",
    "Panics of functions that a family is read from.",
    FAMILY,
    &[alerts::PANICS],
);
static TIMEOUTS: Descriptor = counter(
    "read_timeouts",
    "Gathers without a family, because the function that it is read from was not ready in time.",
    FAMILY,
    &[alerts::TIMEOUTS],
);
static COLLECTOR_PANICS: Descriptor = counter(
    "collector_panics",
    "Panics of collectors and of attached registries.",
    COLLECTOR,
    &[alerts::COLLECTOR_PANICS],
);
static COLLECTOR_TIMEOUTS: Descriptor = counter(
    "collector_timeouts",
    "Gathers that did not wait longer for a collector or an attached registry, because it was not ready in time.",
    COLLECTOR,
    &[alerts::COLLECTOR_TIMEOUTS],
);
static HIDDEN: Descriptor = Descriptor::new(
    declared(
        "hidden_families",
        "Families that are not exposed, because their names clash; `Registry::check` tells which.",
        &[alerts::HIDDEN],
    ),
    Kind::Gauge,
    &[],
);

/// Names that no set may take.
pub(super) const RESERVED: [&Descriptor; 7] = [
    &OVERFLOWS,
    &REJECTED,
    &PANICS,
    &TIMEOUTS,
    &COLLECTOR_PANICS,
    &COLLECTOR_TIMEOUTS,
    &HIDDEN,
];

/// The families of trouble that these registries can have, each only if something in them can have it.
///
/// They are called `metrics_…`, with no namespace: they are not the user's. So those of several registries are one
/// family; what they tell apart are the names of the families in them, and their constant labels.
pub(super) fn troubles(views: &[View], hidden: usize) -> Vec<Trouble> {
    let mut rows: [Vec<Row>; RESERVED.len()] = Default::default();
    for view in views {
        let [
            overflows,
            rejected,
            panics,
            timeouts,
            collector_panics,
            collector_timeouts,
            _,
        ] = &mut rows;
        let row = |label: &str, name: &str, count| Row::new(&view.constant, label, name, count);
        for entry in view.entries.iter() {
            let row = |count| row("family", &entry.name, count);
            let overflowed = entry.ask(|metric| metric.overflowed()).flatten();
            overflows.extend(overflowed.map(row));
            rejected.extend(entry.ask(|metric| metric.rejected()).flatten().map(row));
            if let Some(read) = &entry.read {
                panics.push(row(read.panics()));
                timeouts.push(row(read.timeouts()));
            }
        }
        for guest in view.guests.iter() {
            let (name, counts) = match &guest.what {
                What::Collector(Named { name, job }) => (name, (job.panics(), job.timeouts())),
                What::Foreign(Named { name, job }, _) => (name, (job.panics(), job.timeouts())),
                What::Registry(_) | What::Refused(_) => continue,
            };
            collector_panics.push(row("collector", name, counts.0));
            collector_timeouts.push(row("collector", name, counts.1));
        }
    }
    // only an attached registry, the linker, and an instance can bring what clashes and is not refused
    let may_hide = |first: &&View| first.has_attached() || hidden > 0;
    if let Some(first) = views.first().filter(may_hide) {
        let [.., hides] = &mut rows;
        hides.push(Row::hidden(first, hidden));
    }
    let families = RESERVED.into_iter().zip(rows);
    families
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(descriptor, rows)| Trouble {
            descriptor,
            rows: merged(rows),
        })
        .collect()
}

/// The family that tells how many are hidden, alone: in a forked child, all of them are.
pub(super) fn all_hidden(views: &[View], hidden: usize) -> Option<Trouble> {
    let rows = vec![Row::hidden(views.first()?, hidden)];
    Some(Trouble {
        descriptor: &HIDDEN,
        rows,
    })
}

impl Row {
    fn hidden(first: &View, hidden: usize) -> Self {
        Self {
            constant: Arc::clone(&first.constant),
            labels: LabelText::default(),
            count: hidden as u64,
        }
    }

    fn new(constant: &Arc<LabelText>, label: &str, name: &str, count: u64) -> Self {
        let mut labels = LabelText::default();
        labels.push(label, name);
        let constant = if constant.labels().pairs().any(|(name, _)| name == label) {
            Arc::new(without(constant.labels(), |name| name == label))
        } else {
            Arc::clone(constant)
        };
        Self {
            constant,
            labels,
            count,
        }
    }

    fn text(&self) -> (&str, &str) {
        (
            self.constant.labels().as_str(),
            self.labels.labels().as_str(),
        )
    }
}

/// One row where there are several with the same labels: two collectors may have one name, and so may two families of
/// which one is hidden.
fn merged(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|a, b| a.text().cmp(&b.text()));
    rows.dedup_by(|new, kept| {
        let same = new.text() == kept.text();
        if same {
            kept.count = kept.count.wrapping_add(new.count);
        }
        same
    });
    rows
}
