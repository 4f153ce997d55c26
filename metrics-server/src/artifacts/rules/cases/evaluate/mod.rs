//! What a PromQL expression is, at a time, for given series: as much of PromQL as alerts are made of. What is not known
//! here is no mistake: it is not tested by a guess.
//!
//! The parts: `range` functions of ranges, `histogram` quantiles, `aggregate`, `binary` operators, `matching` of labels.

mod aggregate;
mod binary;
mod histogram;
mod matching;
mod range;

use metrics_core::promql::{MetricName, Promql, Selector};

use super::number::{larger, smaller};
use super::series::{Labels, Point, Series};
pub(super) use matching::matches;

/// The label in which PromQL keeps a series' name.
pub(super) const NAME: &str = "__name__";

/// How long an instant selector looks back, in milliseconds.
const LOOKBACK: i64 = 300_000;

/// What there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Data<'a> {
    pub(super) series: &'a [Series],
    /// Between two values of a series, in milliseconds.
    pub(super) interval: u64,
    pub(super) edge: Edge,
}

/// Whether what is exactly a range ago is in the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// It is, in Prometheus 2.
    In,
    /// It is not, in Prometheus 3.
    Out,
}

/// A series at a time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    /// With its name, if it still has one.
    pub(super) labels: Labels,
    pub(super) value: f64,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Scalar(f64),
    Vector(Vec<Sample>),
}

/// A time at which expressions are evaluated.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'a> {
    pub(super) data: Data<'a>,
    /// How the family is exposed at which the expression was declared.
    pub(super) own: &'a str,
    /// Milliseconds from the first value.
    pub(super) millis: i64,
}

/// The name in a selector, as exposed.
pub(super) fn exposed(metric: MetricName, own: &str) -> String {
    match metric {
        MetricName::Own(suffix) => format!("{own}{suffix}"),
        MetricName::Named(name) => name.to_owned(),
    }
}

impl<'a> At<'a> {
    /// What the expression is; `None` if something in it is not known here.
    pub(super) fn value(&self, expression: &Promql) -> Option<Value> {
        match expression {
            Promql::Number(number) => Some(Value::Scalar(*number)),
            Promql::Text(_) => None,
            Promql::Group(of) => self.value(of),
            Promql::Negative(of) => Some(match self.value(of)? {
                Value::Scalar(number) => Value::Scalar(-number),
                Value::Vector(vector) => Value::Vector(mapped(vector, |value| -value)),
            }),
            Promql::Selector(selector) => self.instant(selector).map(Value::Vector),
            Promql::Call {
                function,
                arguments,
            } => self.call(function, arguments),
            Promql::Aggregation {
                operator,
                grouping,
                parameter: None,
                of,
            } => aggregate::aggregate(operator, *grouping, self.vector(of)?).map(Value::Vector),
            Promql::Aggregation { .. } => None,
            Promql::Binary {
                operator,
                bool,
                matching,
                left,
                right,
            } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                binary::binary(operator, *bool, *matching, left, right)
            }
        }
    }

    /// The same where it is no number.
    pub(super) fn vector(&self, expression: &Promql) -> Option<Vec<Sample>> {
        match self.value(expression)? {
            Value::Vector(vector) => Some(vector),
            Value::Scalar(_) => None,
        }
    }

    fn scalar(&self, expression: &Promql) -> Option<f64> {
        match self.value(expression)? {
            Value::Scalar(number) => Some(number),
            Value::Vector(_) => None,
        }
    }

    /// The newest value of each series, if it is not too old.
    fn instant(&self, selector: &Selector) -> Option<Vec<Sample>> {
        if selector.range.is_some() {
            return None;
        }
        let mut out = Vec::new();
        for series in self.selected(selector)? {
            let newest = self.within(series, selector, LOOKBACK).last();
            if let Some((_, Point::Value(value))) = newest {
                let labels = named(series);
                out.push(Sample { labels, value });
            }
        }
        Some(out)
    }

    /// The series that a selector chooses.
    fn selected(&self, selector: &Selector) -> Option<Vec<&'a Series>> {
        let name = exposed(selector.metric, self.own);
        let mut out = Vec::new();
        for series in self.data.series.iter().filter(|series| series.name == name) {
            let mut chosen = true;
            for asked in selector.matchers {
                let value = series.labels.get(asked.label).map_or("", String::as_str);
                chosen &= matches(asked.operator, asked.value, value)?;
            }
            if chosen {
                out.push(series);
            }
        }
        Some(out)
    }

    /// What a series has in the last `range` milliseconds, with the times.
    fn within(
        &self,
        series: &'a Series,
        selector: &Selector,
        range: i64,
    ) -> impl Iterator<Item = (i64, Point)> + use<'a> {
        let end = self.end_of(selector);
        let edge = self.data.edge;
        let interval = i64::try_from(self.data.interval).unwrap_or(i64::MAX);
        let points = (0_i64..).zip(&series.points);
        points
            .map(move |(place, point)| (place.saturating_mul(interval), *point))
            .filter(|(_, point)| *point != Point::Missing)
            .filter(move |(time, _)| match edge {
                Edge::In => (end - range..=end).contains(time),
                Edge::Out => *time > end - range && *time <= end,
            })
    }

    fn end_of(&self, selector: &Selector) -> i64 {
        let offset = selector.offset.map_or(0, |offset| offset.millis);
        self.millis - i64::try_from(offset).unwrap_or(i64::MAX)
    }

    fn call(&self, function: &str, arguments: &[Promql]) -> Option<Value> {
        let on_range = match arguments {
            [.., Promql::Selector(selector)] if selector.range.is_some() => Some(selector),
            [Promql::Selector(selector), _] if selector.range.is_some() => Some(selector),
            _ => None,
        };
        if let (Some(selector), "absent_over_time") = (on_range, function) {
            let is_there = !range::call(self, "present_over_time", selector, arguments)?.is_empty();
            return Some(Value::Vector(absent(is_there, Some(selector))));
        }
        if let Some(selector) = on_range {
            return range::call(self, function, selector, arguments).map(Value::Vector);
        }
        let map = |of: &Promql, change: fn(f64) -> f64| {
            Some(Value::Vector(mapped(self.vector(of)?, change)))
        };
        match (function, arguments) {
            ("abs", [of]) => map(of, f64::abs),
            ("ceil", [of]) => map(of, f64::ceil),
            ("floor", [of]) => map(of, f64::floor),
            ("sqrt", [of]) => map(of, f64::sqrt),
            ("sort" | "sort_desc", [of]) => self.vector(of).map(Value::Vector),
            ("clamp_min", [of, least]) => {
                let least = self.scalar(least)?;
                let vector = self.vector(of)?;
                Some(Value::Vector(mapped(vector, |value| larger(value, least))))
            }
            ("clamp_max", [of, most]) => {
                let most = self.scalar(most)?;
                let vector = self.vector(of)?;
                Some(Value::Vector(mapped(vector, |value| smaller(value, most))))
            }
            ("time", []) => Some(Value::Scalar(self.seconds())),
            ("vector", [of]) => Some(Value::Vector(vec![Sample {
                labels: Labels::new(),
                value: self.scalar(of)?,
            }])),
            ("scalar", [of]) => Some(Value::Scalar(match self.vector(of)?.as_slice() {
                [only] => only.value,
                _ => f64::NAN,
            })),
            ("absent", [of]) => {
                let selector = match of {
                    Promql::Selector(selector) => Some(selector),
                    _ => None,
                };
                let is_there = !self.vector(of)?.is_empty();
                Some(Value::Vector(absent(is_there, selector)))
            }
            ("histogram_quantile", [quantile, of]) => {
                let quantile = self.scalar(quantile)?;
                Some(Value::Vector(histogram::quantiles(
                    quantile,
                    self.vector(of)?,
                )?))
            }
            _ => None,
        }
    }

    fn seconds(&self) -> f64 {
        // times are far below 2^53
        self.millis as f64 / 1000.0
    }
}

/// 1 with the labels that are asked for, where there is nothing.
fn absent(is_there: bool, selector: Option<&Selector>) -> Vec<Sample> {
    if is_there {
        return Vec::new();
    }
    let asked = selector.iter().flat_map(|selector| selector.matchers);
    let equal = asked.filter(|asked| asked.operator == "=");
    let labels = equal.map(|asked| (asked.label.to_owned(), asked.value.to_owned()));
    vec![Sample {
        labels: labels.collect(),
        value: 1.0,
    }]
}

fn named(series: &Series) -> Labels {
    let mut labels = series.labels.clone();
    labels.insert(NAME.to_owned(), series.name.clone());
    labels
}

/// New values, which are no longer those of the name.
fn mapped(vector: Vec<Sample>, change: impl Fn(f64) -> f64) -> Vec<Sample> {
    let mapped = vector.into_iter().map(|mut sample| {
        sample.labels.remove(NAME);
        sample.value = change(sample.value);
        sample
    });
    mapped.collect()
}
