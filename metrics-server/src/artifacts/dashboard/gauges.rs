//! The panels of a gauge: its value, and how that changes.

use metrics_core::promql::Span;
use metrics_core::{Kind, Panels};

use super::draft::{Draft, HEIGHT, LOW, Query};
use super::lines::{self, Compared};
use super::panels::{of_each, panel_of};
use super::query::selector;
use super::subject::Subject;
use super::visual::Visual;
use super::{title, unit};

/// The width of panels beside one of the usual width and a narrow one.
const QUARTER: u32 = 6;

/// A gauge is shown as it is, each series by itself: nobody but its author knows whether a sum of it means anything.
pub(super) fn gauge(subject: &Subject<'_>) -> Vec<Draft> {
    let title = title::of_family(subject);
    let each = selector(subject.name(), &[]);
    if unit::is_moment(subject.family) {
        let title = format!("{title}: time since then");
        let visual = Visual::lines("dtdurations", Vec::new());
        let since = query(subject, format!("time() - {each}"));
        return vec![panel_of(subject, title, visual, since)];
    }
    let lines = lines::of_alerts(subject, |of| of == Compared::Value);
    let said = lines::said(&lines);
    let mut visual = Visual::lines(unit::of_value(subject.family), lines::drawn(lines));
    if unit::is_ratio(subject.family) {
        visual = visual.beginning_at_0();
    }
    let panels = subject.family.descriptor().panels();
    let first = Draft {
        description: title::description(subject, &said),
        is_first: panels != Panels::default(),
        ..panel_of(subject, title, visual, query(subject, each))
    };
    let mut all = vec![first];
    all.extend(panels.stat.then(|| Draft {
        // as high as those beside it
        height: HEIGHT,
        ..stat(subject)
    }));
    all.extend(panels.rate.map(|range| change_in_a_second(subject, range)));
    all.extend(panels.change.map(|range| change(subject, range)));
    all.extend(of_ranges(subject));
    all
}

/// The latest value of each series, in the colours of the alerts.
pub(super) fn stat(subject: &Subject<'_>) -> Draft {
    let steps = lines::coloured(subject, Compared::Value);
    let each = query(subject, selector(subject.name(), &[]));
    let title = format!("{}: now", title::of_family(subject));
    let visual = Visual::stat(unit::of_value(subject.family), steps);
    Draft {
        width: LOW,
        height: LOW,
        ..panel_of(subject, title, visual, each)
    }
}

/// How fast a gauge changes: the slope of a line through its values in this range.
fn change_in_a_second(subject: &Subject<'_>, range: Span) -> Draft {
    let lines = lines::of_alerts(subject, |of| of == Compared::Over("deriv", range));
    let said = format!("In a second, over {}.", range.text);
    let title = format!("{}: rate over {}", title::of_family(subject), range.text);
    let more = [vec![said], lines::said(&lines)].concat();
    let visual = Visual::lines(unit::of_rate(subject.family), lines::drawn(lines));
    Draft {
        description: title::description(subject, &more),
        width: QUARTER,
        ..panel_of(subject, title, visual, over(subject, "deriv", range))
    }
}

/// By how much a gauge has changed, as bars.
fn change(subject: &Subject<'_>, range: Span) -> Draft {
    let steps = lines::coloured(subject, Compared::Over("delta", range));
    let title = format!("{}: change over {}", title::of_family(subject), range.text);
    let visual = Visual::bars(unit::of_value(subject.family), steps);
    Draft {
        width: QUARTER,
        ..panel_of(subject, title, visual, over(subject, "delta", range))
    }
}

/// What alerts look at that no other panel shows: a function of a range.
pub(super) fn of_ranges(subject: &Subject<'_>) -> Vec<Draft> {
    let panels = subject.family.descriptor().panels();
    let is_shown = |function: &str, range| match function {
        "deriv" => panels.rate == Some(range),
        "delta" => panels.change == Some(range),
        // of what is counted, anything else would be wrong after a restart
        function => subject.family.descriptor().kind() == Kind::Counter && function != "increase",
    };
    let ranges = lines::ranges(subject).into_iter();
    let ranges = ranges.filter(|(function, range)| !is_shown(function, *range));
    let panel = |(function, range): (&'static str, Span)| {
        let lines = lines::of_alerts(subject, |of| of == Compared::Over(function, range));
        let title = title::of_family(subject);
        let title = format!("{title}: {function} over {}", range.text);
        let more = lines::said(&lines);
        let visual = Visual::lines("short", lines::drawn(lines));
        Draft {
            description: title::description(subject, &more),
            ..panel_of(subject, title, visual, over(subject, function, range))
        }
    };
    ranges.map(panel).collect()
}

fn over(subject: &Subject<'_>, function: &str, range: Span) -> Query {
    let series = selector(subject.name(), &[]);
    query(subject, format!("{function}({series}[{}])", range.text))
}

/// A query that has a result for each series.
fn query(subject: &Subject<'_>, expr: String) -> Query {
    let labels: Vec<_> = subject.columns.iter().map(|c| c.name.as_str()).collect();
    Query::new(expr, of_each(&labels)).largest(subject.is_open())
}
