//! The rows: first what all is about, then a row a set, at last what is told of the process and of the registry itself.

use std::collections::BTreeMap;

use metrics_core::{Declarations, Kind, Panels};

use super::draft::DraftRow;
use super::lines::{self, Compared};
use super::subject::Subject;
use super::{calls, functions, gauges, panels, title, unit};

/// So many numbers stand beside each other in the first row.
const IN_A_LINE: usize = 6;
const COLUMNS: usize = 24;

/// So many stand in it at most.
const MOST_NUMBERS: usize = 2 * IN_A_LINE;

/// Of how many families the first row tells calls.
const MOST_CALLS: usize = 2;

/// To which row a family belongs, in the order of the rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// The innermost set around it: where that was declared, which is the same on every machine, its name, and what the
    /// family's name has before, by which sets in sets are told apart.
    Set {
        package: &'static str,
        module: &'static str,
        line: u32,
        name: &'static str,
        before: String,
    },
    Functions,
    Process,
    Runtimes,
    Registry,
}

/// All rows.
pub(super) fn rows(declarations: &Declarations, subjects: &[Subject<'_>]) -> Vec<DraftRow> {
    let mut places: BTreeMap<Place, Vec<&Subject<'_>>> = BTreeMap::new();
    for subject in subjects {
        let place = beside_its_set(subject, subjects).unwrap_or_else(|| place(subject));
        places.entry(place).or_default().push(subject);
    }
    let mut rows = vec![
        overview(subjects),
        functions::objectives(declarations, subjects),
    ];
    let titles: Vec<_> = places.keys().map(set_title).collect();
    rows.extend(places.iter().map(|(place, subjects)| match place {
        Place::Set { before, .. } => {
            let title = set_title(place);
            let is_alone = titles.iter().filter(|other| **other == title).count() == 1;
            let title = match title {
                title if is_alone || before.is_empty() => title,
                title => format!("{title} ({before})"),
            };
            of_set(title, subjects, false)
        }
        Place::Functions => functions::shared(subjects),
        Place::Process => of_set("Process".to_owned(), subjects, true),
        Place::Runtimes => of_set("Async runtimes".to_owned(), subjects, true),
        Place::Registry => of_set("Metrics".to_owned(), subjects, true),
    }));
    rows
}

/// The place of the rest of its set, of a family whose name has nothing of the set's.
fn beside_its_set(subject: &Subject<'_>, all: &[Subject<'_>]) -> Option<Place> {
    if !subject.family.descriptor().is_verbatim() {
        return None;
    }
    let set = subject.set()?;
    let beside = all.iter().find(|other| {
        let is_of_it = other
            .set()
            .is_some_and(|around| around.source == set.source);
        is_of_it && !other.family.descriptor().is_verbatim()
    });
    beside.map(place)
}

fn set_title(place: &Place) -> String {
    match place {
        Place::Set { name, .. } => title::of_type(name),
        _ => String::new(),
    }
}

fn place(subject: &Subject<'_>) -> Place {
    let family = subject.family;
    let Some(set) = subject.set() else {
        // without a set are those that all functions share, and those in which a registry tells of its trouble
        let is_of_functions = subject
            .columns
            .iter()
            .any(|column| column.name == "function");
        return if is_of_functions {
            Place::Functions
        } else {
            Place::Registry
        };
    };
    let before = family.name().strip_suffix(family.descriptor().name());
    match set.source.module {
        "metrics_server::collectors::process" => Place::Process,
        "metrics_server::collectors::runtime" => Place::Runtimes,
        "metrics_server::own" => Place::Registry,
        module => Place::Set {
            package: set.source.package,
            module,
            line: set.source.line,
            name: set.name,
            before: before.unwrap_or_default().trim_end_matches('_').to_owned(),
        },
    }
}

/// Calls first, then what is counted, then the state of things, in the order of names.
fn of_set(title: String, subjects: &[&Subject<'_>], collapsed: bool) -> DraftRow {
    let mut subjects = subjects.to_vec();
    subjects.sort_by_key(|subject| (rank(subject), subject.name()));
    let panels = subjects.iter().flat_map(|subject| {
        let same_calls = |other: &&&Subject<'_>| {
            is_timed(other)
                && other.family.descriptor().labels() == subject.family.descriptor().labels()
        };
        let is_counter = subject.family.descriptor().kind() == Kind::Counter;
        let is_told = is_counter && subjects.iter().any(|other| same_calls(&other));
        panels::of_family(subject, is_told)
    });
    DraftRow {
        title,
        collapsed,
        panels: panels.collect(),
    }
}

/// Whether it times calls and tells how they end.
fn is_timed(subject: &Subject<'_>) -> bool {
    let is_histogram = subject.family.descriptor().kind() == Kind::Histogram;
    is_histogram && subject.ends.is_some() && unit::in_a_second(subject.family).is_some()
}

fn rank(subject: &Subject<'_>) -> u32 {
    match subject.family.descriptor().kind() {
        _ if is_timed(subject) => 0,
        Kind::Counter if subject.ends.is_some() => 1,
        Kind::Gauge if subject.family.descriptor().panels() != Panels::default() => 2,
        Kind::Counter => 3,
        Kind::Gauge => 4,
        Kind::Histogram => 5,
        Kind::StateSet => 6,
        _ => 7,
    }
}

/// What is to be seen first: whether it runs, whether calls go well, and the gauges that somebody looks after.
fn overview(subjects: &[Subject<'_>]) -> DraftRow {
    let mut panels = vec![calls::targets_up()];
    let of_users = |subject: &&Subject<'_>| {
        !matches!(
            place(subject),
            Place::Process | Place::Runtimes | Place::Registry
        )
    };
    let mut sources: Vec<_> = subjects.iter().filter(of_users).collect();
    sources.retain(|subject| subject.ends.is_some());
    // what is promised comes first, and of several families about the same calls the one that tells most
    sources.sort_by_key(|subject| {
        let is_promised = !subject.success.is_empty() || !subject.latency.is_empty();
        (
            !is_promised,
            !is_timed(subject),
            place(subject) == Place::Functions,
        )
    });
    for subject in sources.into_iter().take(MOST_CALLS) {
        let ends = subject.ends.iter();
        panels.extend(ends.flat_map(|ends| calls::summary(subject, ends)));
    }
    let watched = subjects.iter().filter(of_users).filter(|subject| {
        let descriptor = subject.family.descriptor();
        let is_gauge = descriptor.kind() == Kind::Gauge;
        is_gauge && (descriptor.panels().stat || lines::are_of(subject, Compared::Value))
    });
    panels.extend(watched.map(gauges::stat));
    panels.truncate(MOST_NUMBERS);
    let lines = panels.len().div_ceil(IN_A_LINE);
    let width = COLUMNS / panels.len().div_ceil(lines.max(1)).max(1);
    for panel in &mut panels {
        panel.width = u32::try_from(width).unwrap_or_default();
    }
    DraftRow {
        title: "Overview".to_owned(),
        collapsed: false,
        panels,
    }
}
