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

#[cfg(test)]
pub(super) mod tests {
    use metrics_core::{Alert, Gauge, MetricSet};

    use super::*;
    use crate::artifacts::rules::model::Origin;

    /// Connections.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Pool {
        /// Open connections.
        #[metric(alert(
            name = "Rising",
            expr = "$self - $self offset 10m > 5",
            for = "5m",
            severity = "warning",
            summary = "{{ $value }} more at {{ $labels.instance }}",
        ))]
        connections: Gauge,
        /// Open connections.
        #[metric(alert(
            name = "Odd",
            expr = "quantile(0.5, $self) > 5",
            for = "5m",
            severity = "warning",
            summary = "too many",
        ))]
        more: Gauge,
        /// Open connections.
        #[metric(alert(
            name = "Many",
            expr = "> 5",
            for = "5m",
            severity = "warning",
            summary = "too many",
        ))]
        plain: Gauge,
    }

    /// The rule of the alert of a field.
    pub(in super::super) fn rule(field: usize) -> AlertRule {
        let mut families = Pool::SET.all_families().map(DeclaredFamily::of_set);
        let family = families.nth(field).expect("there is one");
        let alert: &'static Alert = &family.descriptor().alerts()[0];
        AlertRule {
            name: alert.name.to_owned(),
            expr: alert.expr.of(family.name()).to_string(),
            hold: alert.hold,
            labels: vec![("severity".to_owned(), alert.severity.to_owned())],
            annotations: vec![("summary".to_owned(), alert.summary.to_owned())],
            origin: Origin::Declared {
                family: family.clone(),
                alert,
            },
        }
    }

    fn of(field: usize, fires: &'static str, silent: &'static str) -> Result<Vec<Case>, String> {
        let rule = rule(field);
        let Origin::Declared { family, alert } = &rule.origin else {
            return Err("it is declared".to_owned());
        };
        let given = AlertExample { fires, silent };
        example(&rule, family, &alert.expr, &given).map_err(|wrong| wrong.join("; "))
    }

    #[test]
    fn what_fires_by_an_example_is_known_in_full() {
        let fires = "\nconnections{instance=\"a:1\"} 0+1x20\n";
        let cases = of(0, fires, "connections 7x20").expect("a right example");
        let [fires, silent] = cases.as_slice() else {
            panic!("{cases:?}");
        };
        let [check] = fires.alerts.as_slice() else {
            panic!("{fires:?}");
        };
        let summary = check.expected[0].annotations.get("summary");
        assert_eq!(summary.map(String::as_str), Some("10 more at a:1"));
        assert_eq!((check.minutes, check.expected[0].labels.len()), (20, 2));
        assert!(silent.alerts[0].expected.is_empty(), "{silent:?}");
    }

    #[test]
    fn an_example_that_is_none_is_a_mistake() {
        let short = of(0, "connections 0+1x12", "connections 7x20");
        assert!(short.is_err_and(|wrong| wrong.contains("`fires` does not fire")));
        let loud = of(0, "connections 0+1x20", "connections 0+1x20");
        assert!(loud.is_err_and(|wrong| wrong.contains("`silent` fires")));
        let unread = of(0, "connections", "connections{a=b} 1");
        assert!(
            unread.is_err_and(|wrong| wrong.contains("`fires`: ") && wrong.contains("`silent`: "))
        );
    }

    #[test]
    fn of_what_is_not_understood_it_is_only_seen_that_it_fires() {
        let cases = of(1, "more 6x10", "more 4x10").expect("it cannot be held against anything");
        assert!(cases[0].alerts.is_empty(), "{cases:?}");
        let check = &cases[0].values[0];
        assert!(check.expr.contains("alertname=\"Odd\""), "{check:?}");
        assert_eq!((check.minutes, check.value), (10, Some(1.0)));
    }
}
