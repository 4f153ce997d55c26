//! Calls of a function, so many of which are bad, as the series that an objective is measured by.

use std::collections::BTreeSet;

use crate::artifacts::rules::cases::evaluate::matches;
use crate::artifacts::rules::cases::inputs::{Scraped, bound_text};
use crate::artifacts::rules::cases::series::{Asked, Labels, Matched, Point, Series};
use crate::artifacts::rules::model::BurnSource;

/// How many there are a minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calls {
    pub(super) bad: u64,
    pub(super) all: u64,
}

impl Calls {
    /// As many that a share of them can be told from another as exactly as budgets are.
    pub(super) fn new(share: f64, budget: f64) -> Self {
        let mut all: u64 = 10_000;
        // at most what a float counts exactly for as long as a test lasts
        while (all as f64) * budget < 1000.0 && all < 1_000_000_000_000 {
            all *= 10;
        }
        // a share is between 0 and 1
        let bad = (share * all as f64).round() as u64;
        Self {
            bad: bad.min(all),
            all,
        }
    }

    /// The series, in case `place` of several.
    pub(super) fn series(
        self,
        source: &BurnSource,
        place: usize,
        scraped: Scraped<'_>,
        last: usize,
    ) -> Vec<Series> {
        let Self { bad, all } = self;
        match source {
            BurnSource::Native => Vec::new(),
            BurnSource::Slow { buckets, count } => {
                // each spelling of the bound has its turn
                let bucket = buckets.get(place % buckets.len().max(1));
                let buckets = bucket.and_then(|bucket| self.buckets(bucket, scraped, last));
                let mut series = buckets.unwrap_or_default();
                series.extend(spread(all, &chosen(count, scraped), last));
                series
            }
            BurnSource::Failures {
                bad: bad_ones,
                all: all_ones,
                within,
            } => {
                let failing = bad_ones.iter().flat_map(|bad| chosen(bad, scraped));
                let mut series = spread(bad, &failing.collect::<Vec<_>>(), last);
                series.extend(if *within {
                    spread(all - bad, &others(bad_ones, all_ones, scraped), last)
                } else {
                    spread(all, &chosen(all_ones, scraped), last)
                });
                series
            }
        }
    }

    /// Good ones are as slow as the bound, or half as slow; bad ones are in the next bucket.
    fn buckets(self, bucket: &str, scraped: Scraped<'_>, last: usize) -> Option<Vec<Series>> {
        let (matched, _) = Matched::read(bucket)?;
        let asked = matched.asked.iter().find(|asked| asked.label == "le")?;
        let spelled = asked.value.clone();
        let threshold: f64 = spelled.parse().ok()?;
        let family = scraped.family(&matched.name)?;
        let mut bounds = family.descriptor().bounds().to_vec();
        if !bounds.contains(&threshold) {
            bounds.push(threshold);
        }
        bounds.push(f64::INFINITY);
        bounds.sort_by(f64::total_cmp);
        let (_, labels) = chosen(bucket, scraped).into_iter().next()?;
        let good = self.all - self.bad;
        let series = bounds.into_iter().map(|bound| {
            let (count, text) = if bound < threshold {
                (good.saturating_sub(self.bad), bound_text(bound))
            } else if bound > threshold {
                (self.all, bound_text(bound))
            } else {
                (good, spelled.clone())
            };
            let mut labels = labels.clone();
            labels.insert("le".to_owned(), text);
            Series::ramp(&matched.name, &labels, 0.0, count as f64, last)
        });
        Some(series.collect())
    }
}

/// So many a minute, in equal parts, so that none of the series could be left out.
fn spread(count: u64, of: &[(String, Labels)], last: usize) -> Vec<Series> {
    let parts = of.len().max(1) as u64;
    let series = of.iter().zip(0_u64..).map(|((name, labels), place)| {
        let part = count / parts + u64::from(place < count % parts);
        Series::ramp(name, labels, 0.0, part as f64, last)
    });
    series.collect()
}

/// Every series that a selector chooses by the values that labels have.
fn chosen(selector: &str, scraped: Scraped<'_>) -> Vec<(String, Labels)> {
    let Some((matched, _)) = Matched::read(selector) else {
        return Vec::new();
    };
    of(&matched.name, &matched.asked, scraped)
}

fn of(name: &str, asked: &[Asked], scraped: Scraped<'_>) -> Vec<(String, Labels)> {
    let family = scraped.family(name);
    let mut all = vec![scraped.labels(family)];
    let labels: BTreeSet<_> = asked.iter().map(|asked| asked.label.as_str()).collect();
    for label in labels {
        let asked = || asked.iter().filter(|asked| asked.label == label);
        let named = asked().flat_map(|asked| asked.value.split('|').map(str::to_owned));
        let known = scraped.values(family, name, label).into_iter();
        let values: BTreeSet<String> = known.chain(named).collect();
        let meets = |value: &String| {
            asked().all(|one| matches(&one.operator, &one.value, value) == Some(true))
        };
        let values: Vec<_> = values.into_iter().filter(meets).collect();
        let with = |labels: &Labels, value: &String| {
            let mut labels = labels.clone();
            labels.insert(label.to_owned(), value.clone());
            labels
        };
        all = all
            .iter()
            .flat_map(|labels| values.iter().map(move |value| with(labels, value)))
            .collect();
    }
    all.into_iter()
        .map(|labels| (name.to_owned(), labels))
        .collect()
}

/// Every series that is one of all and not a bad one.
fn others(bad: &[String], all: &str, scraped: Scraped<'_>) -> Vec<(String, Labels)> {
    let Some((all, _)) = Matched::read(all) else {
        return Vec::new();
    };
    let mut asked = all.asked.clone();
    for (bad, _) in bad.iter().filter_map(|bad| Matched::read(bad)) {
        let more = bad.asked.into_iter().filter(|bad| !all.asked.contains(bad));
        asked.extend(more.filter_map(|bad| {
            let operator = match bad.operator.as_str() {
                "=" => "!=",
                "=~" => "!~",
                "!=" => "=",
                "!~" => "=~",
                _ => return None,
            };
            Some(Asked {
                operator: operator.to_owned(),
                ..bad
            })
        }));
    }
    of(&all.name, &asked, scraped)
}

/// The share of bad calls in these series; nothing where there are no calls.
pub(super) fn share(source: &BurnSource, series: &[Series]) -> Option<f64> {
    let sum = |selectors: &[String]| -> f64 {
        let selectors = selectors
            .iter()
            .filter_map(|selector| Matched::read(selector));
        let selectors: Vec<_> = selectors.map(|(matched, _)| matched).collect();
        let chosen = series.iter().filter(|series| {
            selectors.iter().any(|selector| {
                selector.name == series.name
                    && selector.asked.iter().all(|asked| {
                        let value = series.labels.get(&asked.label).map_or("", String::as_str);
                        matches(&asked.operator, &asked.value, value) == Some(true)
                    })
            })
        });
        chosen.map(step).sum()
    };
    let (bad, all) = match source {
        BurnSource::Native => return None,
        BurnSource::Failures { bad, all, .. } => (sum(bad), sum(std::slice::from_ref(all))),
        BurnSource::Slow { buckets, count } => {
            let all = sum(std::slice::from_ref(count));
            (all - sum(buckets), all)
        }
    };
    (all > 0.0).then_some(bad / all)
}

fn step(series: &Series) -> f64 {
    match series.points.as_slice() {
        [Point::Value(first), Point::Value(second), ..] => second - first,
        _ => 0.0,
    }
}
