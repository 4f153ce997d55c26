//! The panels of one family, by its kind.

use metrics_core::promql::Span;
use metrics_core::{Kind, Panels};

use super::calls;
use super::draft::{Draft, HALF, HEIGHT, LOW, Query, THIRD};
use super::lines::{self, Compared};
use super::query::{Source, legend, rate, selector, sum};
use super::subject::Subject;
use super::visual::Visual;
use super::{title, unit};

/// All panels of a family. `is_told` says that another one of its row tells how the same calls end.
pub(super) fn of_family(subject: &Subject<'_>, is_told: bool) -> Vec<Draft> {
    let ends = subject.ends.as_ref().filter(|_| !is_told);
    match (subject.family.descriptor().kind(), ends) {
        (Kind::Counter, None) => vec![counter(subject)],
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
        _ => gauge(subject),
    }
}

/// A panel of lines, a third of the width.
fn lines_of(subject: &Subject<'_>, title: String, visual: Visual, query: Query) -> Draft {
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
    let visual = Visual::lines(unit, lines::drawn(lines)).between_0_and(None);
    Draft {
        description: title::description(subject, &[vec!["In a second.".to_owned()], said].concat()),
        ..lines_of(
            subject,
            format!("{}: rate", title::of_family(subject)),
            visual,
            Query::new(expr, legend).largest(subject.is_open()),
        )
    }
}

/// A gauge is shown as it is, each series by itself: nobody but its author knows whether a sum of it means anything.
fn gauge(subject: &Subject<'_>) -> Vec<Draft> {
    let title = title::of_family(subject);
    let labels: Vec<_> = subject.columns.iter().map(|c| c.name.as_str()).collect();
    let each = selector(subject.name(), &[]);
    if unit::is_moment(subject.family) {
        let visual = Visual::lines("dtdurations", Vec::new());
        let query = Query::new(format!("time() - {each}"), of_each(&labels));
        return vec![lines_of(
            subject,
            format!("{title}: time since then"),
            visual,
            query.largest(subject.is_open()),
        )];
    }
    let lines = lines::of_alerts(subject, |of| of == Compared::Value);
    let said = lines::said(&lines);
    let mut visual = Visual::lines(unit::of_value(subject.family), lines::drawn(lines));
    if unit::is_ratio(subject.family) {
        visual = visual.between_0_and(Some(1.0));
    }
    let query = Query::new(each, of_each(&labels)).largest(subject.is_open());
    let first = Draft {
        description: title::description(subject, &said),
        ..lines_of(subject, title, visual, query)
    };
    let panels = subject.family.descriptor().panels();
    let is_first = panels != Panels::default();
    let mut all = vec![Draft { is_first, ..first }];
    all.extend(panels.stat.then(|| Draft {
        // as high as those beside it
        height: HEIGHT,
        ..stat(subject)
    }));
    all.extend(panels.rate.map(|range| change_in_a_second(subject, range)));
    all.extend(panels.change.map(|range| change(subject, range)));
    all
}

/// The latest value of each series, in the colours of the alerts.
pub(super) fn stat(subject: &Subject<'_>) -> Draft {
    let labels: Vec<_> = subject.columns.iter().map(|c| c.name.as_str()).collect();
    let each = selector(subject.name(), &[]);
    let steps = if lines::are_of(subject, Compared::Value) {
        lines::coloured(subject, Compared::Value)
    } else {
        vec![calls::BLUE]
    };
    Draft {
        title: format!("{}: now", title::of_family(subject)),
        description: title::description(subject, &[]),
        family: subject.name().to_owned(),
        visual: Visual::stat(unit::of_value(subject.family), steps),
        width: LOW,
        height: LOW,
        is_first: false,
        queries: vec![Query::new(each, of_each(&labels)).largest(subject.is_open())],
    }
}

/// How fast a gauge changes: the slope of a line through its values in this range.
fn change_in_a_second(subject: &Subject<'_>, range: Span) -> Draft {
    let lines = lines::of_alerts(subject, |of| of == Compared::Over("deriv", range.millis));
    let said = format!("In a second, over {}.", range.text);
    Draft {
        title: format!("{}: rate over {}", title::of_family(subject), range.text),
        description: title::description(subject, &[vec![said], lines::said(&lines)].concat()),
        visual: Visual::lines(unit::of_rate(subject.family), lines::drawn(lines)),
        width: 6,
        queries: vec![over(subject, "deriv", range)],
        ..stat(subject)
    }
    .high()
}

/// By how much a gauge has changed.
fn change(subject: &Subject<'_>, range: Span) -> Draft {
    let of = Compared::Over("delta", range.millis);
    let steps = if lines::are_of(subject, of) {
        lines::coloured(subject, of)
    } else {
        vec![calls::BLUE]
    };
    Draft {
        title: format!("{}: change over {}", title::of_family(subject), range.text),
        visual: Visual::bars(unit::of_value(subject.family), steps),
        width: 6,
        queries: vec![over(subject, "delta", range)],
        ..stat(subject)
    }
    .high()
}

fn over(subject: &Subject<'_>, function: &str, range: Span) -> Query {
    let labels: Vec<_> = subject.columns.iter().map(|c| c.name.as_str()).collect();
    let range = format!("{}[{}]", selector(subject.name(), &[]), range.text);
    Query::new(format!("{function}({range})"), of_each(&labels)).largest(subject.is_open())
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
    let what = match labels.as_slice() {
        [label] => label,
        _ => "label",
    };
    let expr = Source::of(subject).quantile(0.99, &labels, &[]);
    Some(Draft {
        width: HALF,
        ..lines_of(
            subject,
            format!("{}: p99 by {what}", title::of_family(subject)),
            Visual::lines(unit::of_value(subject.family), Vec::new()).between_0_and(None),
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
        .between_0_and(None)
        .stacked();
    let said = "How many instances are in each state.".to_owned();
    Draft {
        description: title::description(subject, &[said]),
        ..lines_of(
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
        ..lines_of(
            subject,
            title::of_family(subject),
            Visual::table(),
            Query::new(selector(subject.name(), &[]), ""),
        )
    }
}

/// A legend of series that are not summed over instances.
fn of_each(labels: &[&str]) -> String {
    legend(&[&["instance"], labels].concat())
}

impl Draft {
    /// As high as lines over time.
    fn high(self) -> Self {
        Self {
            height: HEIGHT,
            ..self
        }
    }
}
