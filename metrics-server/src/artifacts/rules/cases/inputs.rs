//! What an expression reads: for each selector a series that it chooses, as the program would expose it, and the levels
//! that are to be tried there. Which levels those are is found by `aims`.

use std::time::Duration;

use metrics_core::promql::{Matcher, Selector};
use metrics_core::{Declarations, DeclaredFamily, LabelValues};

use super::evaluate::{exposed, matches};
use super::series::{Labels, Series};
use crate::artifacts::families::scraped_label;
use crate::artifacts::settings::Settings;

/// How a series goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Level {
    /// It is not there.
    Absent,
    Constant(f64),
    /// It changes by so much a second.
    Slope(f64),
    /// Each second something is observed, always in this bucket.
    Bucket(usize),
}

/// A metric as an expression chooses it.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) name: String,
    pub(super) matchers: &'static [Matcher],
    labels: Labels,
    /// Labels that the selector does not choose, where it chooses only some of the values that a label has.
    other: Option<Labels>,
    bounds: &'static [f64],
    pub(super) levels: Vec<Level>,
}

/// Until when series go, and by which steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) interval: Duration,
    pub(super) last: usize,
}

/// What is declared, and as what it is scraped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scraped<'a> {
    pub(super) declarations: &'a Declarations,
    pub(super) settings: &'a Settings,
}

impl Input {
    /// Tries this too.
    pub(super) fn offer(&mut self, level: Level) {
        if !self.levels.contains(&level) {
            self.levels.push(level);
        }
    }

    /// The series at this level.
    pub(super) fn at(&self, level: Level, steps: Steps) -> Vec<Series> {
        self.with(&self.labels, level, steps)
    }

    /// The same of what the selector does not choose.
    pub(super) fn beside(&self, level: Level, steps: Steps) -> Vec<Series> {
        let other = self.other.iter();
        other
            .flat_map(|labels| self.with(labels, level, steps))
            .collect()
    }

    fn with(&self, labels: &Labels, level: Level, steps: Steps) -> Vec<Series> {
        let Steps { interval, last } = steps;
        match level {
            Level::Absent => Vec::new(),
            Level::Constant(value) => vec![Series::constant(&self.name, labels, value, last)],
            Level::Slope(slope) => {
                let step = tidy(slope * interval.as_secs_f64());
                // what falls stays above 0
                let fall = if step < 0.0 { -step * last as f64 } else { 0.0 };
                let start = tidy((fall * 2.0).ceil());
                vec![Series::ramp(&self.name, labels, start, step, last)]
            }
            Level::Bucket(bucket) => {
                let bounds = self.bounds.iter().copied().chain([f64::INFINITY]);
                let series = bounds.enumerate().map(|(place, bound)| {
                    let mut labels = labels.clone();
                    labels.insert("le".to_owned(), bound_text(bound));
                    let step = if place < bucket {
                        0.0
                    } else {
                        interval.as_secs_f64()
                    };
                    Series::ramp(&self.name, &labels, 0.0, step, last)
                });
                series.collect()
            }
        }
    }

    /// The upper bounds of its buckets, if it is a histogram's.
    pub(super) fn bounds(&self) -> &'static [f64] {
        self.bounds
    }
}

/// A bucket's bound as the text format has it.
pub(super) fn bound_text(bound: f64) -> String {
    if bound.is_infinite() {
        "+Inf".to_owned()
    } else {
        bound.to_string()
    }
}

/// Without the digits that computing leaves behind, and without the sign of a 0, which would be written.
pub(super) fn tidy(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value) + 0.0
}

impl<'a> Scraped<'a> {
    /// A series that the selector chooses; `None` if no series is found that it would.
    pub(super) fn input(self, selector: &Selector, own: &DeclaredFamily) -> Option<Input> {
        let name = exposed(selector.metric, own.name());
        let family = self.family(&name);
        let mut labels = self.labels(family);
        for matcher in selector.matchers {
            let possible = self.values(family, &name, matcher.label);
            let value = meeting(selector.matchers, matcher.label, &possible)?;
            labels.insert(matcher.label.to_owned(), value);
        }
        labels.retain(|_, value| !value.is_empty());
        let bounds = family.map(|family| family.descriptor().bounds());
        let asks_for_bound = selector
            .matchers
            .iter()
            .any(|matcher| matcher.label == "le");
        let is_bucket = name.ends_with("_bucket") && !asks_for_bound;
        Some(Input {
            other: self.other(family, &name, selector, &labels),
            matchers: selector.matchers,
            bounds: bounds.filter(|_| is_bucket).unwrap_or_default(),
            levels: Vec::new(),
            labels,
            name,
        })
    }

    /// The family that has series of this name.
    pub(super) fn family(self, name: &str) -> Option<&'a DeclaredFamily> {
        let families = &self.declarations.families;
        let find = |name: &str| families.iter().find(|family| family.name() == name);
        let suffixes = ["_bucket", "_sum", "_count"].into_iter();
        let mut stems = suffixes.filter_map(|suffix| name.strip_suffix(suffix));
        find(name).or_else(|| stems.find_map(find))
    }

    /// The labels of one series of the family, once it is scraped.
    pub(super) fn labels(self, family: Option<&DeclaredFamily>) -> Labels {
        let mut labels = self.target();
        let Some(family) = family else {
            return labels;
        };
        for label in family.descriptor().labels() {
            let value = match label.values {
                LabelValues::Finite(values) | LabelValues::Optional(values) => {
                    values.first().copied().unwrap_or_default()
                }
                _ => "x",
            };
            labels.insert(scraped_label(label.name), value.to_owned());
        }
        for (name, value) in family.constant_labels() {
            labels.insert(scraped_label(name), value.clone());
        }
        labels
    }

    /// What Prometheus adds to every series of the service.
    pub(super) fn target(self) -> Labels {
        let Settings {
            name,
            port,
            target_labels,
            ..
        } = self.settings;
        let mut labels = Labels::new();
        labels.insert("job".to_owned(), name.clone());
        labels.insert("instance".to_owned(), format!("localhost:{port}"));
        labels.extend(target_labels.iter().cloned());
        labels
    }

    /// The values that a label is known to have.
    pub(super) fn values(
        self,
        family: Option<&DeclaredFamily>,
        series: &str,
        label: &str,
    ) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(family) = family {
            let descriptor = family.descriptor();
            if label == "le" && series.ends_with("_bucket") {
                let bounds = descriptor.bounds().iter().copied();
                out.extend(bounds.chain([f64::INFINITY]).map(bound_text));
            }
            let mut declared = descriptor.labels().iter();
            if let Some(declared) = declared.find(|declared| scraped_label(declared.name) == label)
                && let LabelValues::Finite(values) | LabelValues::Optional(values) = declared.values
            {
                out.extend(values.iter().map(|value| (*value).to_owned()));
            }
            let constant = family.constant_labels().iter();
            out.extend(
                constant
                    .filter(|(name, _)| scraped_label(name) == label)
                    .map(|(_, value)| value.clone()),
            );
        }
        out.extend(self.target().remove(label));
        out
    }

    /// Labels that differ in one that the selector asks for, so that it does not choose them.
    fn other(
        self,
        family: Option<&DeclaredFamily>,
        series: &str,
        selector: &Selector,
        chosen: &Labels,
    ) -> Option<Labels> {
        let mut asked = selector
            .matchers
            .iter()
            .filter(|matcher| matcher.label != "le");
        asked.find_map(|matcher| {
            let values = self.values(family, series, matcher.label).into_iter();
            let mut others = values
                .filter(|value| matches(matcher.operator, matcher.value, value) == Some(false));
            let mut labels = chosen.clone();
            labels.insert(matcher.label.to_owned(), others.next()?);
            Some(labels)
        })
    }
}

/// A value of the label that meets everything that is asked of it: one of those that it is known to have, or one that the
/// matchers name.
fn meeting(matchers: &[Matcher], label: &str, possible: &[String]) -> Option<String> {
    let asked = || matchers.iter().filter(|matcher| matcher.label == label);
    let named = asked().flat_map(|matcher| matcher.value.split('|').map(str::to_owned));
    let plain = ["x", "", "1"].map(str::to_owned);
    let mut all = possible.iter().cloned().chain(named).chain(plain);
    all.find(|value| asked().all(|one| matches(one.operator, one.value, value) == Some(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `-0` in a debug build, and `0` in a release build, would be two files of one program.
    #[test]
    fn what_does_not_change_begins_at_0_without_a_sign() {
        let input = Input {
            name: "calls_total".to_owned(),
            matchers: &[],
            labels: Labels::new(),
            other: None,
            bounds: &[],
            levels: Vec::new(),
        };
        let steps = Steps {
            interval: Duration::from_secs(60),
            last: 13,
        };
        for (slope, values) in [(0.0, "0+0x13"), (-0.0, "0+0x13"), (-0.1, "156-6x13")] {
            let series = input.at(Level::Slope(slope), steps);
            let [series] = series.as_slice() else {
                panic!("one series: {series:?}");
            };
            assert_eq!(series.values, values, "{slope}");
        }
    }
}
