//! Cases of budgets that are used up too fast. Three days of series would take promtool long, and are not needed: what
//! was recorded is given to each alert as it is, one pair of windows at a time, and the records are tested by twenty
//! minutes of calls, of which all windows have the same share.

mod calls;

use std::collections::BTreeSet;
use std::time::Duration;

use super::case::{AlertCheck, Case, Expected, ValueCheck};
use super::expected::expected;
use super::firing::{EVALUATION, Fired};
use super::inputs::{Scraped, tidy};
use super::series::{Labels, Series};
use crate::artifacts::rules::model::{AlertRule, BurnSource, Origin};
use calls::Calls;

/// A rule that is about a budget, with what its origin says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Burn<'a> {
    rule: &'a AlertRule,
    long: &'a str,
    short: &'a str,
    labels: &'a [(String, String)],
    factor: f64,
    budget: f64,
    source: &'a BurnSource,
}

impl<'a> Burn<'a> {
    /// The rule as one of these, if it is.
    pub(super) fn of(rule: &'a AlertRule) -> Option<Self> {
        let Origin::Burn {
            long,
            short,
            labels,
            factor,
            budget,
            source,
        } = &rule.origin
        else {
            return None;
        };
        Some(Self {
            rule,
            long,
            short,
            labels,
            factor: *factor,
            budget: *budget,
            source,
        })
    }

    /// Whether its records are computed of series that promtool cannot be given.
    pub(super) fn is_native(&self) -> bool {
        *self.source == BurnSource::Native
    }

    fn limit(&self) -> f64 {
        self.factor * self.budget
    }

    /// The labels of the records: those of the level that they are for, and of the objective.
    fn recorded(&self, scraped: Scraped<'_>) -> Labels {
        let mut labels = scraped.target();
        labels.retain(|name, _| matches!(name.as_str(), "job" | "namespace"));
        labels.extend(self.labels.iter().cloned());
        labels
    }

    fn expected(&self, value: f64, scraped: Scraped<'_>) -> Result<Expected, String> {
        let labels = self.recorded(scraped);
        expected(self.rule, &Fired { labels, value })
    }
}

/// All cases of these.
pub(super) fn cases(burns: &[Burn<'_>], scraped: Scraped<'_>) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for (place, burn) in burns.iter().enumerate() {
        cases.extend(pair(burn, scraped)?);
        let same =
            |other: &Burn<'_>| other.rule.name == burn.rule.name && other.source == burn.source;
        let is_last = !burns[place + 1..].iter().any(same);
        if is_last && !burn.is_native() {
            let together: Vec<_> = burns.iter().copied().filter(same).collect();
            cases.extend(of_calls(&together, burns, scraped)?);
        }
    }
    Ok(cases)
}

/// The alert at what was recorded over its two windows: both must be above the limit.
fn pair(burn: &Burn<'_>, scraped: Scraped<'_>) -> Result<Vec<Case>, String> {
    let limit = burn.limit();
    // a share is never above 1
    let above = tidy((limit * 1.01).min((limit + 1.0) / 2.0));
    let below = tidy(limit * 0.99);
    let hold = minutes(burn.rule.hold);
    let end = hold + 1;
    let labels = burn.recorded(scraped);
    let check = |minutes, expected| AlertCheck {
        minutes,
        alert: burn.rule.name.clone(),
        expected,
    };
    let case = |what: &str, long: f64, short: f64, alerts| {
        let series = |name: &str, value| Series::constant(name, &labels, value, end as usize);
        Case {
            name: format!(
                "{} {what}: {} and {}",
                burn.rule.name, burn.long, burn.short
            ),
            interval: EVALUATION,
            series: vec![series(burn.long, long), series(burn.short, short)],
            alerts,
            values: Vec::new(),
        }
    };
    let before = hold.checked_sub(1).map(|before| check(before, Vec::new()));
    let fires = check(end, vec![burn.expected(above, scraped)?]);
    let fires = before.into_iter().chain([fires]).collect();
    let silent = || vec![check(end, Vec::new())];
    Ok(vec![
        case("fires", above, above, fires),
        case("is silent, by the long one alone", above, below, silent()),
        case("is silent, by the short one alone", below, above, silent()),
    ])
}

/// The alerts at calls of which a share is bad: so many that all fire, then one less each time, then none; and no calls.
fn of_calls(
    together: &[Burn<'_>],
    all: &[Burn<'_>],
    scraped: Scraped<'_>,
) -> Result<Vec<Case>, String> {
    let Some(first) = together.first() else {
        return Ok(Vec::new());
    };
    let longest = together.iter().map(|burn| minutes(burn.rule.hold)).max();
    let end = longest.unwrap_or(0) + 5;
    let mut cases = Vec::new();
    for (place, share) in shares(together).into_iter().enumerate() {
        let calls = Calls::new(share, first.budget);
        let series = calls.series(first.source, place, scraped, end as usize);
        let mut case = Case {
            name: format!(
                "{} at {} bad calls of {}",
                first.rule.name, calls.bad, calls.all
            ),
            interval: EVALUATION,
            series,
            alerts: Vec::new(),
            values: Vec::new(),
        };
        // other objectives may be about the same calls
        let named = all.iter().filter(|burn| burn.rule.name == first.rule.name);
        let mut fired = Vec::new();
        for burn in named.filter(|burn| !burn.is_native()) {
            let share = calls::share(burn.source, &case.series);
            if let Some(share) = share.filter(|share| *share > burn.limit()) {
                // of shares that differ in their last digits the same text is to be made
                let [low, high] =
                    [1.0 - 1e-12, 1.0 + 1e-12].map(|by| burn.expected(share * by, scraped));
                fired.push(Some(low?).filter(|low| high.as_ref() == Ok(low)));
            }
        }
        // one record may be wrong with no alert that tells, as it takes both windows to fire
        if place < spellings(first.source) {
            case.values = recorded(together, calls.bad as f64 / calls.all as f64, end);
        }
        let is_known = fired.iter().all(Option::is_some);
        if is_known {
            case.alerts.push(AlertCheck {
                minutes: end,
                alert: first.rule.name.clone(),
                expected: fired.into_iter().flatten().collect(),
            });
        } else {
            case.values.push(ValueCheck::fires(end, &first.rule.name));
        }
        cases.push(case);
    }
    cases.push(no_calls(together, first, scraped, end));
    Ok(cases)
}

/// In how many ways the records find their series.
fn spellings(source: &BurnSource) -> usize {
    match source {
        BurnSource::Slow { buckets, .. } => buckets.len(),
        BurnSource::Failures { .. } | BurnSource::Native => 1,
    }
}

/// That each record is this share, but for its last digits.
fn recorded(together: &[Burn<'_>], share: f64, end: u64) -> Vec<ValueCheck> {
    let labels = |burn: &Burn<'_>| burn.labels.iter().cloned().collect::<Labels>();
    let records = together.iter().flat_map(|burn| {
        [burn.long, burn.short].map(|name| Series::constant(name, &labels(burn), 0.0, 0).notation())
    });
    let records: BTreeSet<_> = records.collect();
    let check = |record| ValueCheck {
        minutes: end,
        expr: format!("count(abs({record} / {share} - 1) < 0.000001)"),
        value: Some(1.0),
    };
    records.into_iter().map(check).collect()
}

/// Of no calls no share is recorded, and nobody is told.
fn no_calls(together: &[Burn<'_>], first: &Burn<'_>, scraped: Scraped<'_>, end: u64) -> Case {
    let mut records: Vec<_> = together
        .iter()
        .flat_map(|burn| [burn.long, burn.short])
        .collect();
    records.sort_unstable();
    records.dedup();
    let nothing = records.into_iter().map(|record| ValueCheck {
        minutes: end,
        expr: record.to_owned(),
        value: None,
    });
    Case {
        name: format!("{} is silent without calls", first.rule.name),
        interval: EVALUATION,
        series: Calls { bad: 0, all: 0 }.series(first.source, 0, scraped, end as usize),
        alerts: vec![AlertCheck {
            minutes: end,
            alert: first.rule.name.clone(),
            expected: Vec::new(),
        }],
        values: nothing.collect(),
    }
}

/// A share above all limits, one between each two, and one below all.
fn shares(together: &[Burn<'_>]) -> Vec<f64> {
    let mut limits: Vec<_> = together.iter().map(Burn::limit).collect();
    limits.sort_by(|a, b| b.total_cmp(a));
    limits.dedup();
    let (Some(most), Some(least)) = (limits.first(), limits.last()) else {
        return Vec::new();
    };
    let between = limits.windows(2).map(|two| (two[0] + two[1]) / 2.0);
    let all = [(most * 1.25).min(1.0)].into_iter().chain(between);
    all.chain([least * 0.9]).map(tidy).collect()
}

fn minutes(length: Duration) -> u64 {
    length.as_secs().div_ceil(EVALUATION.as_secs())
}
