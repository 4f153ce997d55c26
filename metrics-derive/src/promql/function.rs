//! The functions of PromQL that Prometheus knows from 2.42 to 3, and what they take.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Scalar,
    Instant,
    Range,
    Text,
}

impl Type {
    /// What it is, in words.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Scalar => "a number",
            Self::Instant => "series",
            Self::Range => "a range of series (`…[5m]`)",
            Self::Text => "a text",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(super) takes: &'static [Type],
    /// So many of these at the end may be left out.
    pub(super) optional: usize,
    /// The last may be there as often as one likes.
    pub(super) repeats: bool,
    pub(super) gives: Type,
}

const fn of(name: &'static str, takes: &'static [Type]) -> Function {
    Function {
        name,
        takes,
        optional: 0,
        repeats: false,
        gives: Instant,
    }
}

use Type::{Instant, Range, Scalar, Text};

static FUNCTIONS: &[Function] = &[
    of("abs", &[Instant]),
    of("absent", &[Instant]),
    of("absent_over_time", &[Range]),
    of("acos", &[Instant]),
    of("acosh", &[Instant]),
    of("asin", &[Instant]),
    of("asinh", &[Instant]),
    of("atan", &[Instant]),
    of("atanh", &[Instant]),
    of("avg_over_time", &[Range]),
    of("ceil", &[Instant]),
    of("changes", &[Range]),
    of("clamp", &[Instant, Scalar, Scalar]),
    of("clamp_max", &[Instant, Scalar]),
    of("clamp_min", &[Instant, Scalar]),
    of("cos", &[Instant]),
    of("cosh", &[Instant]),
    of("count_over_time", &[Range]),
    of_time("day_of_month"),
    of_time("day_of_week"),
    of_time("day_of_year"),
    of_time("days_in_month"),
    of("deg", &[Instant]),
    of("delta", &[Range]),
    of("deriv", &[Range]),
    of("exp", &[Instant]),
    of("floor", &[Instant]),
    of("histogram_count", &[Instant]),
    of("histogram_fraction", &[Scalar, Scalar, Instant]),
    of("histogram_quantile", &[Scalar, Instant]),
    of("histogram_sum", &[Instant]),
    of_time("hour"),
    of("idelta", &[Range]),
    of("increase", &[Range]),
    of("irate", &[Range]),
    Function {
        repeats: true,
        optional: 1,
        ..of("label_join", &[Instant, Text, Text, Text])
    },
    of("label_replace", &[Instant, Text, Text, Text, Text]),
    of("last_over_time", &[Range]),
    of("ln", &[Instant]),
    of("log10", &[Instant]),
    of("log2", &[Instant]),
    of("max_over_time", &[Range]),
    of("min_over_time", &[Range]),
    of_time("minute"),
    of_time("month"),
    number("pi", &[]),
    of("predict_linear", &[Range, Scalar]),
    of("present_over_time", &[Range]),
    of("quantile_over_time", &[Scalar, Range]),
    of("rad", &[Instant]),
    of("rate", &[Range]),
    of("resets", &[Range]),
    Function {
        optional: 1,
        ..of("round", &[Instant, Scalar])
    },
    number("scalar", &[Instant]),
    of("sgn", &[Instant]),
    of("sin", &[Instant]),
    of("sinh", &[Instant]),
    of("sort", &[Instant]),
    of("sort_desc", &[Instant]),
    of("sqrt", &[Instant]),
    of("stddev_over_time", &[Range]),
    of("stdvar_over_time", &[Range]),
    of("sum_over_time", &[Range]),
    of("tan", &[Instant]),
    of("tanh", &[Instant]),
    number("time", &[]),
    of("timestamp", &[Instant]),
    of("vector", &[Scalar]),
    of_time("year"),
];

/// A function of points in time, or of now.
const fn of_time(name: &'static str) -> Function {
    Function {
        optional: 1,
        ..of(name, &[Instant])
    }
}

const fn number(name: &'static str, takes: &'static [Type]) -> Function {
    Function {
        gives: Scalar,
        ..of(name, takes)
    }
}

/// What makes many series fewer, and what it is given beside them.
const AGGREGATIONS: [(&str, Option<Type>); 12] = [
    ("avg", None),
    ("bottomk", Some(Scalar)),
    ("count", None),
    ("count_values", Some(Text)),
    ("group", None),
    ("max", None),
    ("min", None),
    ("quantile", Some(Scalar)),
    ("stddev", None),
    ("stdvar", None),
    ("sum", None),
    ("topk", Some(Scalar)),
];

pub(super) fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

pub(super) fn aggregation(name: &str) -> Option<(&'static str, Option<Type>)> {
    let known = AGGREGATIONS.into_iter();
    known.into_iter().find(|(known, _)| *known == name)
}

/// The names of all of them.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let aggregations = AGGREGATIONS.iter().map(|(name, _)| *name);
    FUNCTIONS
        .iter()
        .map(|function| function.name)
        .chain(aggregations)
}
