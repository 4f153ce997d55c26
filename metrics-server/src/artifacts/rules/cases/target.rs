//! Cases of the alert of a service that cannot be scraped.

use super::case::{AlertCheck, Case};
use super::expected::expected;
use super::firing::{EVALUATION, Fired};
use super::inputs::Scraped;
use super::series::{Labels, Series};
use crate::artifacts::rules::model::AlertRule;

/// A scrape that fails, no target at all, and a scrape that works.
pub(super) fn target(rule: &AlertRule, scraped: Scraped<'_>) -> Result<Vec<Case>, String> {
    let hold = rule.hold.as_secs().div_ceil(EVALUATION.as_secs());
    let end = hold + 2;
    let last = usize::try_from(end).unwrap_or(usize::MAX);
    let labels = scraped.target();
    let up = |value| vec![Series::constant("up", &labels, value, last)];
    let case = |name: &str, series, fired: Option<Fired>| {
        let check = |minutes, fired: Option<&Fired>| {
            let expected = fired.into_iter().map(|fired| expected(rule, fired));
            Ok::<_, String>(AlertCheck {
                minutes,
                alert: rule.name.clone(),
                expected: expected.collect::<Result<_, _>>()?,
            })
        };
        let mut alerts = Vec::new();
        if fired.is_some() && hold > 0 {
            alerts.push(check(hold - 1, None)?);
        }
        alerts.push(check(end, fired.as_ref())?);
        Ok::<_, String>(Case {
            name: format!("{} {name}", rule.name),
            interval: EVALUATION,
            series,
            alerts,
            values: Vec::new(),
        })
    };
    let job = labels.get_key_value("job");
    let job: Labels = job
        .map(|(name, value)| (name.clone(), value.clone()))
        .into_iter()
        .collect();
    Ok(vec![
        case(
            "fires: a target that does not answer",
            up(0.0),
            Some(Fired {
                labels: labels.clone(),
                value: 0.0,
            }),
        )?,
        case(
            "fires: no target at all",
            Vec::new(),
            Some(Fired {
                labels: job,
                value: 1.0,
            }),
        )?,
        case("is silent: a target that answers", up(1.0), None)?,
    ])
}
