//! Records of a share of bad calls over several windows, and alerts on them: the multi-window, multi-burn-rate alerts of
//! The Site Reliability Workbook, chapter 5, for a budget of 30 days.

use std::time::Duration;

use super::share::Share;
use crate::artifacts::rules::model::{AlertRule, Origin, Record, Rule};
use crate::artifacts::rules::selector::Selector;

/// The names that these alerts have.
pub(in super::super) const ALERTS: [&str; 2] = ["ErrorBudgetBurn", "LatencyBudgetBurn"];

const WINDOWS: [&str; 7] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

/// Two windows over which a budget is used up `factor` times as fast as it may be. The short one is there for the alert to
/// end soon.
struct Pair {
    long: &'static str,
    short: &'static str,
    factor: f64,
    severity: &'static str,
    hold: Duration,
    /// The long window in words, and after how long the whole budget is used up.
    last: &'static str,
    lasts: &'static str,
}

/// Windows are smooth already; what must hold for a while as well is not told of by a single odd evaluation.
const PAGE: Duration = Duration::from_secs(2 * 60);
const TICKET: Duration = Duration::from_secs(15 * 60);

const PAIRS: [Pair; 4] = [
    Pair {
        long: "1h",
        short: "5m",
        factor: 14.4,
        severity: "page",
        hold: PAGE,
        last: "the last hour",
        lasts: "50 hours",
    },
    Pair {
        long: "6h",
        short: "30m",
        factor: 6.0,
        severity: "page",
        hold: PAGE,
        last: "the last 6 hours",
        lasts: "5 days",
    },
    Pair {
        long: "1d",
        short: "2h",
        factor: 3.0,
        severity: "ticket",
        hold: TICKET,
        last: "the last day",
        lasts: "10 days",
    },
    Pair {
        long: "3d",
        short: "6h",
        factor: 1.0,
        severity: "ticket",
        hold: TICKET,
        last: "the last 3 days",
        lasts: "30 days",
    },
];

/// The share of all calls that the fastest burn is at; a budget for which it is all of them cannot be used up so fast.
pub(super) fn fastest(budget: f64) -> f64 {
    PAIRS[0].factor * budget
}

/// All records, then all alerts.
pub(super) fn rules(shares: &[Share]) -> Vec<Rule> {
    let records = shares.iter().flat_map(|share| {
        WINDOWS.map(|window| {
            Rule::Record(Record {
                name: share.record(window),
                expr: share.over(window),
                labels: share.labels.clone(),
            })
        })
    });
    let alerts = shares
        .iter()
        .flat_map(|share| PAIRS.iter().map(|pair| Rule::Alert(alert(share, pair))));
    records.chain(alerts).collect()
}

fn alert(share: &Share, pair: &Pair) -> AlertRule {
    let (long, short) = (share.record(pair.long), share.record(pair.short));
    let limit = format!("{} * {}", pair.factor, share.budget);
    let above = |record: &str| {
        let record = Selector::new(record).with_all(&share.labels);
        format!("{record} > {limit}")
    };
    let mut labels = [
        ("severity", pair.severity),
        ("long_window", pair.long),
        ("short_window", pair.short),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    labels.extend(share.labels.iter().cloned());
    AlertRule {
        name: ALERTS[usize::from(share.promise.is_of_time())].to_owned(),
        // `$value` is that of the left side
        expr: format!("{} and {}", above(&long), above(&short)),
        hold: pair.hold,
        labels,
        annotations: vec![
            ("summary".to_owned(), share.promise.summary()),
            (
                "description".to_owned(),
                share.promise.description(pair.last, pair.lasts),
            ),
        ],
        origin: Origin::Burn {
            long,
            short,
            labels: share.labels.clone(),
            factor: pair.factor,
            budget: share.budget,
            source: share.source.clone(),
        },
    }
}
