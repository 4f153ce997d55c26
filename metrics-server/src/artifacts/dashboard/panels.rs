//! The panels of one family, by its kind.

use metrics_core::Kind;

use super::draft::{Draft, HALF, HEIGHT, Query, THIRD};
use super::lines::{self, Compared};
use super::query::{Source, legend, rate, selector, sum};
use super::subject::Subject;
use super::visual::Visual;
use super::{calls, gauges, title, unit};

/// All panels of a family. `is_told` says that another one of its row tells how the same calls end.
pub(super) fn of_family(subject: &Subject<'_>, is_told: bool) -> Vec<Draft> {
    let ends = subject.ends.as_ref().filter(|_| !is_told);
    match (subject.family.descriptor().kind(), ends) {
        (Kind::Counter, None) => [vec![counter(subject)], gauges::of_ranges(subject)].concat(),
        (Kind::Counter, Some(ends)) => {
            let mut all = calls::counted(subject, ends);
            if !subject.labels().is_empty() {
                all.push(counter(subject));
            }
            all
        }
        (Kind::Histogram, Some(ends)) if unit::in_a_second(subject.family).is_some() => {
            let mut all = calls::timed(subject, ends);
            all.push(cells(subject));
            all.extend(quantile_by_labels(subject));
            all
        }
        (Kind::Histogram, _) => {
            let lines = [
                lines::of_alerts(subject, |of| matches!(of, Compared::Quantile(_))),
                lines::of_latency(subject),
            ]
            .concat();
            let title = format!("{}: quantiles", title::of_family(subject));
            let mut all = vec![
                cells(subject),
                calls::quantiles(subject, title, lines, HALF),
            ];
            all.extend(quantile_by_labels(subject));
            all
        }
        (Kind::Info, _) => vec![info(subject)],
        (Kind::StateSet, _) => vec![states(subject)],
        _ => gauges::gauge(subject),
    }
}

/// A panel of one query, a third of the width.
pub(super) fn panel_of(
    subject: &Subject<'_>,
    title: String,
    visual: Visual,
    query: Query,
) -> Draft {
    Draft {
        title,
        description: title::description(subject, &[]),
        family: subject.name().to_owned(),
        visual,
        width: THIRD,
        height: HEIGHT,
        is_first: false,
        queries: vec![query],
    }
}

/// The rate of what is counted: the sum of all instances, unless an alert looks at each.
fn counter(subject: &Subject<'_>) -> Draft {
    let is_each = lines::are_of(subject, Compared::Rate);
    let labels: Vec<_> = subject.columns.iter().map(|c| c.name.as_str()).collect();
    let growth = rate(subject.name(), &[]);
    let (expr, legend) = if is_each {
        (growth, of_each(&labels))
    } else if labels.is_empty() {
        (sum(&[], &growth), "all".to_owned())
    } else {
        (sum(&labels, &growth), legend(&labels))
    };
    let lines = lines::of_alerts(subject, |of| matches!(of, Compared::Rate | Compared::Total));
    let said = lines::said(&lines);
    let unit = unit::of_rate(subject.family);
    let visual = Visual::lines(unit, lines::drawn(lines)).beginning_at_0();
    Draft {
        description: title::description(subject, &[vec!["In a second.".to_owned()], said].concat()),
        ..panel_of(
            subject,
            format!("{}: rate", title::of_family(subject)),
            visual,
            Query::new(expr, legend).largest(subject.is_open()),
        )
    }
}

/// How many there were of each size, over time.
fn cells(subject: &Subject<'_>) -> Draft {
    let has_exemplars = subject.family.descriptor().takes_exemplars();
    let cells = Source::of(subject).cells();
    let queries = cells.into_iter().map(|(expr, legend)| Query {
        exemplars: has_exemplars,
        ..Query::new(expr, legend)
    });
    Draft {
        title: format!("{}: distribution", title::of_family(subject)),
        description: title::description(subject, &[]),
        family: subject.name().to_owned(),
        visual: Visual::cells(unit::of_value(subject.family)),
        width: HALF,
        height: HEIGHT,
        is_first: true,
        queries: queries.collect(),
    }
}

/// The slow ones of each label, if there are labels.
fn quantile_by_labels(subject: &Subject<'_>) -> Option<Draft> {
    let labels = subject.labels();
    if labels.is_empty() {
        return None;
    }
    let what = labels.join(", ");
    let expr = Source::of(subject).quantile(0.99, &labels, &[]);
    Some(Draft {
        width: HALF,
        ..panel_of(
            subject,
            format!("{}: p99 by {what}", title::of_family(subject)),
            calls::of_observed(subject, Vec::new()),
            Query::new(expr, legend(&labels)).largest(subject.is_open()),
        )
    })
}

/// How many instances are in each state.
fn states(subject: &Subject<'_>) -> Draft {
    let mut by: Vec<_> = subject.columns.iter().map(|c| c.name.as_str()).collect();
    // the states are told apart by a label that is called as the family
    by.push(subject.name());
    let expr = sum(&by, &selector(subject.name(), &[]));
    let visual = Visual::lines("short", Vec::new())
        .beginning_at_0()
        .stacked();
    let said = "How many instances are in each state.".to_owned();
    Draft {
        description: title::description(subject, &[said]),
        ..panel_of(
            subject,
            title::of_family(subject),
            visual,
            Query::new(expr, legend(&by)).largest(subject.is_open()),
        )
    }
}

/// What is the same while an instance runs, as a table.
fn info(subject: &Subject<'_>) -> Draft {
    Draft {
        width: HALF,
        ..panel_of(
            subject,
            title::of_family(subject),
            Visual::table(),
            Query::new(selector(subject.name(), &[]), ""),
        )
    }
}

/// A legend of series that are not summed over instances.
pub(super) fn of_each(labels: &[&str]) -> String {
    legend(&[&["instance"], labels].concat())
}
