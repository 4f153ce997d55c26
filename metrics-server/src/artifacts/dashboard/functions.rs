//! Rows about functions: those with an objective, and what all timed functions share.

use metrics_core::{Declarations, Kind, Measured, Objective};

use super::draft::{Draft, DraftRow, HALF, HEIGHT, Query, THIRD};
use super::query::{Source, rate, share, sum};
use super::subject::Subject;
use super::visual::Visual;
use super::{calls, lines, title, unit};

/// What tells functions apart.
const BY: [&str; 2] = ["module", "function"];

/// The families that all functions share, each by function.
pub(super) fn shared(subjects: &[&Subject<'_>]) -> DraftRow {
    let panels = subjects.iter().flat_map(|subject| by_function(subject));
    DraftRow {
        title: "Functions".to_owned(),
        collapsed: false,
        panels: panels.collect(),
    }
}

fn by_function(subject: &Subject<'_>) -> Vec<Draft> {
    let name = title::of_field(subject.family.descriptor().field());
    let source = Source::of(subject);
    let unit = unit::of_value(subject.family);
    let panel = |title: String, unit, expr| Draft {
        title,
        description: title::description(subject, &[]),
        family: subject.name().to_owned(),
        visual: Visual::lines(unit, Vec::new()).beginning_at_0(),
        width: THIRD,
        height: HEIGHT,
        is_first: false,
        queries: vec![Query::new(expr, "{{module}}::{{function}}").largest(true)],
    };
    match (subject.family.descriptor().kind(), &subject.ends) {
        (Kind::Histogram, _) => vec![panel(
            format!("{name}: p99"),
            unit,
            source.quantile(0.99, &BY, &[]),
        )],
        (_, Some(ends)) => {
            let failed = source.events(&BY, std::slice::from_ref(&ends.failed));
            let ratio = share(&failed, &source.events(&BY, &[]));
            vec![
                panel(format!("{name}: rate"), "ops", source.events(&BY, &[])),
                panel(format!("{name}: error ratio"), "percentunit", ratio),
            ]
        }
        _ => vec![panel(
            format!("{name}: rate"),
            "ops",
            source.events(&BY, &[]),
        )],
    }
}

/// What was promised of functions whose calls are told by families that all share, or by counters of their own: two panels
/// for each. The others have their lines on the panels of their histograms.
pub(super) fn objectives(declarations: &Declarations, subjects: &[Subject<'_>]) -> DraftRow {
    let objectives = declarations.objectives.iter();
    let panels = objectives.flat_map(|objective| match objective.measured {
        Measured::Function => of_function(objective, subjects),
        Measured::Families { .. } => of_counters(objective, subjects),
    });
    DraftRow {
        title: "Objectives".to_owned(),
        collapsed: false,
        panels: panels.collect(),
    }
}

fn of_function(objective: &'static Objective, subjects: &[Subject<'_>]) -> Vec<Draft> {
    let named = |name: &str| subjects.iter().find(|subject| subject.name() == name);
    let (Some(calls), Some(time)) = (
        named("function_calls_total"),
        named("function_duration_seconds"),
    ) else {
        return Vec::new();
    };
    let chosen = [
        format!("function=\"{}\"", objective.function),
        format!("module=\"{}\"", objective.module),
    ];
    let mut all = Vec::new();
    if let (Some(_), Some(ends)) = (objective.success, &calls.ends) {
        let ratio = calls::error_ratio(calls, ends, &chosen);
        all.push(promised_success(objective, calls, ratio));
    }
    let with_latency = Subject {
        latency: objective
            .latency
            .iter()
            .map(|one| (*one, objective))
            .collect(),
        ..time.clone()
    };
    if !objective.latency.is_empty() {
        let promised = objective.latency.iter();
        let promised: Vec<_> = promised
            .map(|one| format!("p{} < {:?}", one.percent, one.threshold))
            .collect();
        let lines = lines::of_latency(&with_latency);
        let quantiles = lines::quantiles(&with_latency).into_iter().map(|q| {
            let expr = Source::of(time).quantile(q, &[], &chosen);
            Query::new(expr, lines::percentile(q))
        });
        all.push(Draft {
            title: format!("{}: {}", objective.function, promised.join(", ")),
            description: title::description(time, &lines::said(&lines)),
            family: format!("{}::{}", objective.module, objective.function),
            queries: quantiles.collect(),
            visual: Visual::lines("s", lines::drawn(lines)).beginning_at_0(),
            width: HALF,
            height: HEIGHT,
            is_first: false,
        });
    }
    all
}

/// Of a function with counters that do not tell how calls end, but one of calls and one of those that fail.
fn of_counters(objective: &'static Objective, subjects: &[Subject<'_>]) -> Vec<Draft> {
    let Measured::Families {
        time,
        calls,
        errors: Some(errors),
    } = objective.measured
    else {
        return Vec::new();
    };
    let Some(all) = calls.or(time).filter(|_| objective.success.is_some()) else {
        return Vec::new();
    };
    let errors = subjects
        .iter()
        .filter(|subject| subject.family.descriptor().source() == errors.source());
    let panels = errors.filter_map(|errors| {
        // of a set that stands in several places, those of one place belong together
        let set = errors.set().map(|set| set.source);
        let all = subjects.iter().find(|subject| {
            subject.family.descriptor().source() == all.source()
                && subject.set().map(|set| set.source) == set
                && subject.ends.is_none()
        })?;
        let failed = sum(&[], &rate(errors.name(), &[]));
        let ratio = share(&failed, &Source::of(all).events(&[], &[]));
        Some(promised_success(objective, errors, ratio))
    });
    panels.collect()
}

fn promised_success(objective: &'static Objective, told: &Subject<'_>, ratio: String) -> Draft {
    let percent = objective.success.map_or(0.0, |success| success.percent);
    let lines = lines::of_success(&[objective]);
    Draft {
        title: format!("{}: errors, success > {percent} %", objective.function),
        description: title::description(told, &lines::said(&lines)),
        family: format!("{}::{}", objective.module, objective.function),
        visual: Visual::lines("percentunit", lines::drawn(lines)).beginning_at_0(),
        width: HALF,
        height: HEIGHT,
        is_first: true,
        queries: vec![Query::new(ratio, "errors")],
    }
}
