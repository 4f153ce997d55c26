//! Cases of an alert by the example of who declared it: `fires = "…", silent = "…"`.

use std::time::Duration;

use metrics_core::promql::Promql;
use metrics_core::{AlertExample, DeclaredFamily};

use super::case::{AlertCheck, Case, Expected, ValueCheck};
use super::evaluate::{Data, Edge};
use super::expected::expected;
use super::firing::firing;
use super::series::Series;
use crate::artifacts::rules::model::AlertRule;

/// Between two values of an example.
const INTERVAL: Duration = Duration::from_secs(60);

/// The case that fires and the one that does not, or what is wrong with the example. Where the expression is not to be
/// understood here, the first says no more than that something fires.
pub(super) fn example(
    rule: &AlertRule,
    family: &DeclaredFamily,
    expression: &Promql,
    example: &AlertExample,
) -> Result<Vec<Case>, Vec<String>> {
    let (fires, silent) = (read("fires", example.fires), read("silent", example.silent));
    let (fires, silent) = match (fires, silent) {
        (Ok(fires), Ok(silent)) => (fires, silent),
        (fires, silent) => {
            let wrong = [fires.err(), silent.err()];
            return Err(wrong.into_iter().flatten().flatten().collect());
        }
    };
    let told = |series: &[Series], edge| {
        let data = Data {
            series,
            interval: 60_000,
            edge,
        };
        let rounds = firing(expression, family.name(), data, rule.hold, minutes(series))?;
        rounds.into_iter().last()
    };
    let mut mistakes = Vec::new();
    let mut firing_case = case(rule, "fires", fires);
    let [old, new] = [Edge::In, Edge::Out].map(|edge| {
        let fired = told(&firing_case.series, edge)?;
        let expected = fired.iter().map(|fired| expected(rule, fired));
        Some(expected.collect::<Result<Vec<Expected>, String>>())
    });
    let end = minutes(&firing_case.series);
    match old.filter(|old| Some(old) == new.as_ref()) {
        Some(Err(wrong)) => mistakes.push(wrong),
        Some(Ok(expected)) if expected.is_empty() => mistakes.push(format!(
            "`fires` does not fire at its last minute, {end}m; give it values with which `{}` is true for longer than `for`",
            rule.expr
        )),
        Some(Ok(expected)) => firing_case.alerts.push(AlertCheck {
            minutes: end,
            alert: rule.name.clone(),
            expected,
        }),
        None => firing_case.values.push(ValueCheck::fires(end, &rule.name)),
    }
    let mut silent_case = case(rule, "is silent", silent);
    if told(&silent_case.series, Edge::In).is_some_and(|fired| !fired.is_empty()) {
        mistakes.push(format!(
            "`silent` fires; give it values with which `{}` is not true",
            rule.expr
        ));
    }
    silent_case.alerts.push(AlertCheck {
        minutes: minutes(&silent_case.series),
        alert: rule.name.clone(),
        expected: Vec::new(),
    });
    if mistakes.is_empty() {
        Ok(vec![firing_case, silent_case])
    } else {
        Err(mistakes)
    }
}

fn read(key: &str, text: &str) -> Result<Vec<Series>, Vec<String>> {
    let mut series = Vec::new();
    let mut wrong = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match Series::read(line) {
            Ok(one) => series.push(one),
            Err(what) => wrong.push(format!("`{key}`: {what}")),
        }
    }
    if wrong.is_empty() {
        Ok(series)
    } else {
        Err(wrong)
    }
}

fn case(rule: &AlertRule, what: &str, series: Vec<Series>) -> Case {
    Case {
        name: format!("{} {what}", rule.name),
        interval: INTERVAL,
        series,
        alerts: Vec::new(),
        values: Vec::new(),
    }
}

/// When the longest series ends.
fn minutes(series: &[Series]) -> u64 {
    let longest = series.iter().map(|series| series.points.len()).max();
    longest.map_or(0, |points| points.saturating_sub(1) as u64)
}
