//! Cases of an alert that was declared: series with which its expression is true are found by trying the levels that
//! `aims` proposes, and so are those with which it is not, each but a step away from one that fires.

use std::time::Duration;

use metrics_core::DeclaredFamily;
use metrics_core::promql::{Promql, Selector};

use super::aims::Aims;
use super::case::{AlertCheck, Case, Expected};
use super::evaluate::{At, Data, Edge};
use super::expected::expected;
use super::firing::{EVALUATION, firing};
use super::inputs::{Input, Level, Scraped, Steps};
use super::series::Series;
use crate::artifacts::rules::model::AlertRule;

/// How many combinations of levels are tried.
const TRIES: usize = 5_000;

/// Cases in which the alert fires, and such in which it does not; none if its expression is of no form of which that can be
/// known.
pub(super) fn declared(
    rule: &AlertRule,
    family: &DeclaredFamily,
    expression: &Promql,
    scraped: Scraped<'_>,
) -> Result<Vec<Case>, String> {
    let steps = steps(expression, rule.hold);
    let Some(inputs) = Aims::of(expression, scraped, family, steps) else {
        return Ok(Vec::new());
    };
    let trial = Trial {
        rule,
        expression,
        own: family.name(),
        steps,
        inputs,
    };
    let mut cases = Vec::new();
    let sides = sides(expression);
    for side in &sides {
        // what fires by this side, and by no other
        let others = sides.iter().filter(|other| *other != side);
        let others: Vec<_> = others.copied().collect();
        let Some((levels, fires)) = trial.firing(side, &others)? else {
            return Ok(Vec::new());
        };
        let silent = trial.silent(&levels);
        if silent.is_empty() {
            return Ok(Vec::new());
        }
        let of = if sides.len() > 1 {
            format!(" by {}", side.of(family.name()))
        } else {
            String::new()
        };
        cases.push(Case {
            name: format!("{} fires{of}", rule.name),
            ..fires
        });
        for (place, case) in silent.into_iter().enumerate() {
            let count = if place > 0 {
                format!(" ({})", place + 1)
            } else {
                String::new()
            };
            cases.push(Case {
                name: format!("{} is silent{of}{count}", rule.name),
                ..case
            });
        }
    }
    Ok(cases)
}

/// What is true if the expression is: the sides of `or`.
fn sides(expression: &Promql) -> Vec<&Promql> {
    match expression {
        Promql::Group(of) => sides(of),
        Promql::Binary {
            operator: "or",
            left,
            right,
            ..
        } => {
            let mut all = sides(left);
            all.extend(sides(right));
            all
        }
        other => vec![other],
    }
}

/// Steps that fill each range several times over, and go on for as long as the alert must wait.
fn steps(expression: &Promql, hold: Duration) -> Steps {
    let mut ranges = Vec::new();
    let mut reach = 0;
    let mut has_instant = false;
    expression.selectors(&mut |selector: &Selector| {
        let offset = selector.offset.map_or(0, |offset| offset.millis);
        let range = selector.range.map_or(0, |range| range.millis);
        has_instant |= range == 0;
        ranges.extend((range > 0).then_some(range / 1000));
        reach = reach.max((offset.saturating_add(range)) / 1000);
    });
    let minute = EVALUATION.as_secs();
    let fifth = ranges.into_iter().min().map_or(minute, |range| range / 5);
    // a minute, unless a range is shorter, or so long that there would be too many values
    let interval = if fifth <= minute || has_instant || reach < 200 * minute {
        let below = [60, 30, 20, 15, 12, 10, 5, 2].into_iter();
        below.into_iter().find(|step| *step <= fifth).unwrap_or(1)
    } else {
        fifth / minute * minute
    };
    let interval = if has_instant {
        interval.min(minute)
    } else {
        interval
    };
    let whole = interval.max(minute);
    let end = (reach + hold.as_secs()).div_ceil(whole) * whole + 2 * whole;
    Steps {
        interval: Duration::from_secs(interval),
        last: usize::try_from(end / interval)
            .unwrap_or(usize::MAX)
            .min(9_000),
    }
}

/// An alert with what it reads.
struct Trial<'a> {
    rule: &'a AlertRule,
    expression: &'a Promql,
    own: &'a str,
    steps: Steps,
    inputs: Vec<Input>,
}

impl Trial<'_> {
    /// Levels with which the alert fires at the end, and the case.
    fn firing(
        &self,
        side: &Promql,
        others: &[&Promql],
    ) -> Result<Option<(Vec<Level>, Case)>, String> {
        for levels in combinations(&self.inputs) {
            let series = self.series(&levels);
            let is_wanted = self.is_true(side, &series) == Some(true)
                && others
                    .iter()
                    .all(|other| self.is_true(other, &series) == Some(false));
            if is_wanted && let Some(checks) = self.checks(&series)? {
                return Ok(Some((levels, self.case(series, checks))));
            }
        }
        Ok(None)
    }

    /// When the alert fires, if it does so at the end, in every version of Prometheus: not just before it has waited for
    /// long enough, then at the end.
    fn checks(&self, series: &[Series]) -> Result<Option<Vec<AlertCheck>>, String> {
        let mut both = Vec::new();
        for edge in [Edge::In, Edge::Out] {
            let last = self.end();
            let data = self.data(series, edge);
            let rounds = firing(self.expression, self.own, data, self.rule.hold, last);
            let Some(rounds) =
                rounds.filter(|rounds| rounds.last().is_some_and(|last| !last.is_empty()))
            else {
                return Ok(None);
            };
            let first = rounds.iter().position(|fired| !fired.is_empty());
            let at_end = rounds.last().into_iter().flatten();
            let at_end: Result<Vec<Expected>, String> =
                at_end.map(|fired| expected(self.rule, fired)).collect();
            both.push((first, at_end?));
        }
        let [(first, at_end), (other_first, other_at_end)] = both.as_slice() else {
            return Ok(None);
        };
        if at_end != other_at_end {
            return Ok(None);
        }
        let first = first.filter(|_| first == other_first && !self.rule.hold.is_zero());
        let before = first.and_then(|first| u64::try_from(first).ok()?.checked_sub(1));
        let mut checks: Vec<_> = before
            .map(|before| self.check(before, Vec::new()))
            .into_iter()
            .collect();
        checks.push(self.check(self.end(), at_end.clone()));
        Ok(Some(checks))
    }

    /// Cases that differ from the one that fires in one input each, and are silent.
    fn silent(&self, firing: &[Level]) -> Vec<Case> {
        let mut cases: Vec<Case> = Vec::new();
        for (place, input) in self.inputs.iter().enumerate() {
            let mut silent = input.levels.iter().filter_map(|level| {
                let mut levels = firing.to_vec();
                *levels.get_mut(place)? = *level;
                let series = self.series(&levels);
                self.is_silent(&series).then_some(series)
            });
            let Some(mut series) = silent.next() else {
                continue;
            };
            // what it does not ask for may be as high as it likes
            let beside = input.beside(firing[place], self.steps);
            let is_new = |new: &Series| !series.iter().any(|old| old.notation() == new.notation());
            if beside.iter().all(is_new) {
                let with: Vec<_> = series.iter().chain(&beside).cloned().collect();
                if self.is_silent(&with) {
                    series = with;
                }
            }
            if !cases.iter().any(|case| case.series == series) {
                cases.push(self.case(series, vec![self.check(self.end(), Vec::new())]));
            }
        }
        cases
    }

    fn is_silent(&self, series: &[Series]) -> bool {
        self.is_true(self.expression, series) == Some(false)
            && [Edge::In, Edge::Out].into_iter().all(|edge| {
                let data = self.data(series, edge);
                firing(self.expression, self.own, data, self.rule.hold, self.end())
                    .is_some_and(|rounds| rounds.last().is_some_and(Vec::is_empty))
            })
    }

    /// Whether there is something at the end; `None` if versions of Prometheus differ in that, or it is not known.
    fn is_true(&self, expression: &Promql, series: &[Series]) -> Option<bool> {
        let [old, new] = [Edge::In, Edge::Out].map(|edge| {
            let at = At {
                data: self.data(series, edge),
                own: self.own,
                millis: i64::try_from(self.end()).ok()? * 60_000,
            };
            Some(!at.vector(expression)?.is_empty())
        });
        old.filter(|_| old == new)
    }

    fn data<'s>(&self, series: &'s [Series], edge: Edge) -> Data<'s> {
        Data {
            series,
            interval: u64::try_from(self.steps.interval.as_millis()).unwrap_or(u64::MAX),
            edge,
        }
    }

    fn series(&self, levels: &[Level]) -> Vec<Series> {
        let inputs = self.inputs.iter().zip(levels);
        let mut all: Vec<Series> = Vec::new();
        for series in inputs.flat_map(|(input, level)| input.at(*level, self.steps)) {
            // two selectors may choose the same series, which has the level of the first
            if !all.iter().any(|old| old.notation() == series.notation()) {
                all.push(series);
            }
        }
        all
    }

    /// The last evaluation, in minutes.
    fn end(&self) -> u64 {
        let seconds = self.steps.interval.as_secs() * self.steps.last as u64;
        seconds / EVALUATION.as_secs()
    }

    fn check(&self, minutes: u64, expected: Vec<Expected>) -> AlertCheck {
        AlertCheck {
            minutes,
            alert: self.rule.name.clone(),
            expected,
        }
    }

    fn case(&self, series: Vec<Series>, alerts: Vec<AlertCheck>) -> Case {
        Case {
            name: String::new(),
            interval: self.steps.interval,
            series,
            alerts,
            values: Vec::new(),
        }
    }
}

/// Every combination of levels of the inputs, the first levels first; not more than can be tried.
fn combinations(inputs: &[Input]) -> impl Iterator<Item = Vec<Level>> {
    let all = inputs.iter().map(|input| input.levels.len());
    let count = all.fold(1_usize, usize::saturating_mul);
    (0..count.min(TRIES)).map(move |mut number| {
        let mut levels = Vec::new();
        for input in inputs.iter().rev() {
            levels.push(input.levels[number % input.levels.len()]);
            number /= input.levels.len();
        }
        levels.reverse();
        levels
    })
}
