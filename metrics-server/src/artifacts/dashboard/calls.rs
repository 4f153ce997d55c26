//! Panels of calls: how many there are, how many of them fail, and how long they take, beside each other.

use super::draft::{Draft, HEIGHT, Query, THIRD};
use super::lines;
use super::looks::Step;
use super::query::{Source, legend, selector, share};
use super::subject::{Ends, Subject};
use super::visual::Visual;
use super::{title, unit};

/// The panels of a family that times calls and tells how they end, from left to right.
pub(super) fn timed(subject: &Subject<'_>, ends: &Ends) -> Vec<Draft> {
    let mut all = counted(subject, ends);
    let lines = [
        lines::of_alerts(subject, |of| matches!(of, lines::Compared::Quantile(_))),
        lines::of_latency(subject),
    ]
    .concat();
    all.push(quantiles(
        subject,
        format!("{}: duration", title::of_calls(subject)),
        lines,
        THIRD,
    ));
    all
}

/// The panels of a family that tells how calls end.
pub(super) fn counted(subject: &Subject<'_>, ends: &Ends) -> Vec<Draft> {
    let calls = title::of_calls(subject);
    let source = Source::of(subject);
    let by = [ends.label.as_str()];
    let rate = Draft {
        title: format!("{calls}: rate"),
        description: title::description(subject, &[format!("In a second, by `{}`.", ends.label)]),
        family: subject.name().to_owned(),
        visual: Visual::lines(unit::of_events(subject.family), Vec::new())
            .beginning_at_0()
            .with_ends(&ends.values),
        width: THIRD,
        height: HEIGHT,
        is_first: true,
        queries: vec![Query::new(source.events(&by, &[]), legend(&by))],
    };
    let lines = lines::of_success(&subject.success);
    let mut more = vec![format!("The share of calls with `{}`.", ends.failed)];
    more.extend(lines::said(&lines));
    let errors = Draft {
        title: format!("{calls}: error ratio"),
        description: title::description(subject, &more),
        visual: Visual::lines("percentunit", lines::drawn(lines)).beginning_at_0(),
        is_first: false,
        queries: vec![Query::new(error_ratio(subject, ends, &[]), "errors")],
        ..rate.clone()
    };
    vec![rate, errors]
}

/// The share of calls that fail, among those that these matchers choose.
pub(super) fn error_ratio(subject: &Subject<'_>, ends: &Ends, matchers: &[String]) -> String {
    let source = Source::of(subject);
    let mut failed = matchers.to_vec();
    failed.push(ends.failed.clone());
    share(&source.events(&[], &failed), &source.events(&[], matchers))
}

/// The quantiles of a histogram, with lines at what matters.
pub(super) fn quantiles(
    subject: &Subject<'_>,
    title: String,
    lines: Vec<lines::Line>,
    width: u32,
) -> Draft {
    let source = Source::of(subject);
    let has_exemplars = subject.family.descriptor().takes_exemplars();
    let quantiles = lines::quantiles(subject);
    let highest = quantiles.last().copied();
    let queries = quantiles.iter().map(|&q| Query {
        // one more request to Prometheus each, so it is made once
        exemplars: has_exemplars && Some(q) == highest,
        ..Query::new(source.quantile(q, &[], &[]), lines::percentile(q))
    });
    Draft {
        title,
        description: title::description(subject, &lines::said(&lines)),
        family: subject.name().to_owned(),
        queries: queries.collect(),
        visual: of_observed(subject, lines),
        width,
        height: HEIGHT,
        is_first: false,
    }
}

/// Lines of what a histogram observes. They begin at 0 unless it may be less, which Grafana would not draw then.
pub(super) fn of_observed(subject: &Subject<'_>, lines: Vec<lines::Line>) -> Visual {
    let visual = Visual::lines(unit::of_value(subject.family), lines::drawn(lines));
    if unit::is_never_below_0(subject.family) {
        visual.beginning_at_0()
    } else {
        visual
    }
}

/// Numbers for the first row: how many calls, how many of them fail, and the slow ones among them.
pub(super) fn summary(subject: &Subject<'_>, ends: &Ends) -> Vec<Draft> {
    let calls = title::of_calls(subject);
    let source = Source::of(subject);
    let stat = |what: &str, says: &str, visual, expr| Draft {
        title: format!("{calls}: {what}"),
        description: title::description(subject, &[says.to_owned()]),
        family: subject.name().to_owned(),
        visual,
        width: super::draft::LOW,
        height: super::draft::LOW,
        is_first: false,
        queries: vec![Query::new(expr, what)],
    };
    let plain = |unit| Visual::stat(unit, vec![lines::UNJUDGED]);
    let mut all = vec![
        stat(
            "rate",
            "In a second.",
            plain(unit::of_events(subject.family)),
            source.events(&[], &[]),
        ),
        stat(
            "error ratio",
            &format!("The share of calls with `{}`.", ends.failed),
            Visual::stat("percentunit", by_budget(subject)),
            error_ratio(subject, ends, &[]),
        ),
    ];
    if unit::in_a_second(subject.family).is_some() {
        all.push(stat(
            "p99",
            "99 of 100 calls are faster.",
            plain(unit::of_value(subject.family)),
            source.quantile(0.99, &[], &[]),
        ));
    }
    all
}

/// Green while less than the strictest objective allows fails; a guess where nothing was promised.
fn by_budget(subject: &Subject<'_>) -> Vec<Step> {
    let budgets = subject.success.iter();
    let budgets = budgets.filter_map(|objective| Some(objective.success?.budget));
    let budget = budgets.min_by(f64::total_cmp);
    let mut steps = vec![Step {
        color: "green",
        value: None,
    }];
    let (orange, red) = budget.map_or((Some(0.01), 0.05), |budget| (None, budget));
    steps.extend(orange.map(|value| Step {
        color: "orange",
        value: Some(value),
    }));
    steps.push(Step {
        color: "red",
        value: Some(red),
    });
    steps
}

/// The series that tell whether there is anything to be scraped.
pub(super) fn targets_up() -> Draft {
    let step = |color, value| Step { color, value };
    Draft {
        title: "Targets up".to_owned(),
        description: "Instances that Prometheus scrapes with success.\n\n`up`".to_owned(),
        family: "up".to_owned(),
        visual: Visual::stat("short", vec![step("red", None), step("green", Some(1.0))]),
        width: super::draft::LOW,
        height: super::draft::LOW,
        is_first: false,
        queries: vec![Query::new(format!("sum({})", selector("up", &[])), "up")],
    }
}
