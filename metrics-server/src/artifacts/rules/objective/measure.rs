//! Which series tell whether an objective is kept, and what share of calls they may tell of.

use metrics_core::{Declarations, DeclaredFamily, Kind, Latency, Objective, Success, bound_texts};

use super::burn::fastest;
use super::found::Measure;
use super::share::{Share, Way};
use super::words::Promise;
use crate::artifacts::families::outcome_label;
use crate::artifacts::length::for_people;
use crate::artifacts::rules::mistakes::Mistakes;
use crate::artifacts::rules::model::BurnSource;
use crate::artifacts::rules::selector::{Selector, one_of};

/// How the calls end that count as bad. A cancelled one is not: the client may have left. It is one of all calls, and where
/// it was slow, a slow one.
const BAD: [&str; 2] = ["error", "panic"];

/// The shares of bad calls that the objective bounds; what cannot be measured is a mistake.
pub(super) fn shares(
    objective: &'static Objective,
    declarations: &Declarations,
    mistakes: &mut Mistakes,
) -> Vec<Share> {
    let told = |what: String| format!("slo of `{}`: {what}", objective.function);
    let measure = match Measure::of(objective, declarations) {
        Ok(measure) => measure,
        Err(whats) => {
            for what in whats {
                mistakes.at(objective.source, told(what));
            }
            return Vec::new();
        }
    };
    let success = objective.success.iter().map(|one| measure.success(*one));
    let latency = objective.latency.iter().map(|one| measure.latency(*one));
    let shares: Vec<_> = success
        .chain(latency)
        .map(|share| share.and_then(possible))
        .filter_map(|share| {
            share
                .map_err(|what| mistakes.at(objective.source, told(what)))
                .ok()
        })
        .collect();
    for (place, share) in shares.iter().enumerate() {
        let is_same = |other: &&Share| {
            (&other.metric, &other.labels) == (&share.metric, &share.labels)
                && other.promise.is_of_time() == share.promise.is_of_time()
        };
        if shares[..place].iter().any(|other| is_same(&other)) {
            let what =
                "two shares of calls have one time; leave out the smaller, which says no more";
            mistakes.at(objective.source, told(what.to_owned()));
        }
    }
    shares
}

/// An alert on more than all calls would never fire.
fn possible(share: Share) -> Result<Share, String> {
    let fastest = fastest(share.budget);
    if share.budget > 0.0 && fastest < 1.0 {
        return Ok(share);
    }
    let percent = match share.promise {
        Promise::Success(percent) | Promise::Latency(percent, _) => percent,
    };
    Err(format!(
        "{percent}% cannot be watched: a page needs {fastest} of all calls to be bad, which is to be above 0 and below 1; promise more than 93.1 and less than 100"
    ))
}

impl<'a> Measure<'a> {
    fn all(&self, metric: String) -> Selector {
        Selector::new(metric).with_all(&self.matchers)
    }

    fn labels(&self) -> Vec<(String, String)> {
        [
            ("function", self.objective.function),
            ("module", self.objective.module),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    fn success(&self, success: Success) -> Result<Share, String> {
        let (family, source, ways) = self.failures().ok_or(
            "nothing tells which calls fail; name a histogram or a counter with a label of the type `Outcome`, or both `counter = …` and `errors = …`",
        )?;
        Ok(Share {
            metric: stem(family),
            labels: self.labels(),
            budget: success.budget,
            promise: Promise::Success(success.percent),
            source,
            ways,
        })
    }

    /// What tells which calls fail: the family that counts them all, its series for tests, and how the share is computed.
    fn failures(&self) -> Option<(&'a DeclaredFamily, BurnSource, Vec<Way>)> {
        let with_outcome = |family: &Option<&'a DeclaredFamily>| {
            family.and_then(|family| Some((family, outcome_label(family)?)))
        };
        if let Some((calls, outcome)) = with_outcome(&self.calls) {
            let all = self.all(calls.name().to_owned());
            let (source, way) = by_outcome(all, outcome);
            return Some((calls, source, vec![way]));
        }
        if let (Some(calls), Some(errors)) = (self.calls, self.errors) {
            let bad = self.all(errors.name().to_owned());
            let all = self.all(calls.name().to_owned());
            let source = BurnSource::Failures {
                bad: vec![bad.to_string()],
                all: all.to_string(),
                within: false,
            };
            return Some((calls, source, vec![Way::Counted { bad, all }]));
        }
        let (time, outcome) = with_outcome(&self.time)?;
        let name = time.name();
        let native = time.descriptor().native().map(|_| {
            let all = self.all(name.to_owned());
            let bad = all.clone().with(outcome, "=~", &one_of(&BAD));
            Way::CountedNative { bad, all }
        });
        if self.bounds.is_empty() {
            return Some((time, BurnSource::Native, native.into_iter().collect()));
        }
        let (source, way) = by_outcome(self.all(format!("{name}_count")), outcome);
        // who takes the native buckets does not take the others
        Some((time, source, std::iter::once(way).chain(native).collect()))
    }

    fn latency(&self, latency: Latency) -> Result<Share, String> {
        let time = self
            .time
            .filter(|time| time.descriptor().kind() == Kind::Histogram);
        let time = time.ok_or("nothing tells how long calls take; name a histogram")?;
        let threshold = time.descriptor().time_in_unit(latency.threshold);
        let threshold = threshold.ok_or_else(|| {
            format!(
                "`{}` is in neither seconds nor milliseconds; name a histogram of a time",
                time.name()
            )
        })?;
        // a failure is not slow as well, where it is told of already
        let failed = self.objective.success.and_then(|_| outcome_label(time));
        let timely = |selector: Selector| match failed {
            Some(outcome) => selector.with(outcome, "!~", &one_of(&BAD)),
            None => selector,
        };
        let name = time.name();
        let mut ways = Vec::new();
        let mut source = BurnSource::Native;
        if !self.bounds.is_empty() {
            let texts = bound_texts(self.bound(threshold, name)?);
            let bucket = || self.all(format!("{name}_bucket"));
            let count = self.all(format!("{name}_count"));
            let mut buckets: Vec<_> = texts
                .iter()
                .map(|text| bucket().with("le", "=", text).to_string())
                .collect();
            buckets.dedup();
            source = BurnSource::Slow {
                count: count.to_string(),
                buckets,
            };
            let [text, canonical] = &texts;
            let at_bound = if text == canonical {
                bucket().with("le", "=", text)
            } else {
                bucket().with("le", "=~", &one_of(&texts))
            };
            ways.push(Way::Bucket {
                bucket: timely(at_bound),
                count: timely(count),
            });
        }
        if time.descriptor().native().is_some() {
            // who takes the native buckets does not take the others
            let all = timely(self.all(name.to_owned()));
            ways.push(Way::Native { all, threshold });
        }
        let mut labels = self.labels();
        // there may be several
        labels.push(("threshold".to_owned(), for_people(latency.threshold)));
        Ok(Share {
            metric: stem(time),
            labels,
            budget: latency.budget,
            promise: Promise::Latency(latency.percent, latency.threshold),
            source,
            ways,
        })
    }

    /// The bound at the threshold, as exact as it is exposed: bounds that were computed may be a little off.
    fn bound(&self, threshold: f64, name: &str) -> Result<f64, String> {
        let is_it = |bound: &&f64| (**bound - threshold).abs() <= threshold.abs() * 1e-9;
        self.bounds.iter().find(is_it).copied().ok_or_else(|| {
            let bounds: Vec<_> = self.bounds.iter().map(f64::to_string).collect();
            format!(
                "{threshold} is no bucket bound of `{name}`, which has {}; take one of them, or add it to `buckets`",
                bounds.join(", ")
            )
        })
    }
}

/// Calls that are counted by how they end.
fn by_outcome(all: Selector, outcome: &str) -> (BurnSource, Way) {
    let bad = |value: &str| all.clone().with(outcome, "=", value).to_string();
    let source = BurnSource::Failures {
        bad: BAD.map(bad).to_vec(),
        all: all.to_string(),
        within: true,
    };
    let bad = all.clone().with(outcome, "=~", &one_of(&BAD));
    (source, Way::Counted { bad, all })
}

/// A family's name as records have it.
fn stem(family: &DeclaredFamily) -> String {
    let name = family.name();
    name.strip_suffix("_total").unwrap_or(name).to_owned()
}
