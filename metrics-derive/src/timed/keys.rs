//! The two attributes, and the keys that each knows.

use super::slo::SLO;
use crate::attr::{CRATE, Key};

/// Which of the two attributes it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    Timed,
    Counted,
}

impl Attribute {
    /// Which of the two an attribute of that path is: by its name alone, or in this crate by its usual name, or in a module
    /// of the user's.
    pub(super) fn of(path: &syn::Path) -> Option<Self> {
        let segments = &path.segments;
        let last = segments.last()?;
        let ours = |first: &syn::PathSegment| {
            let first = first.ident.to_string();
            ["metrics_core", "crate", "self", "super"].contains(&first.as_str())
        };
        if segments.len() > 1 && !segments.first().is_some_and(ours) {
            return None;
        }
        [Self::Timed, Self::Counted]
            .into_iter()
            .find(|of| last.ident == of.name())
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Timed => "timed",
            Self::Counted => "counted",
        }
    }

    pub(super) fn keys(self) -> &'static [Key] {
        match self {
            Self::Timed => TIMED,
            Self::Counted => COUNTED,
        }
    }

    /// What may be named without a key.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Timed => "histogram",
            Self::Counted => "counter",
        }
    }
}

const HISTOGRAM: Key = Key {
    name: "histogram",
    form: "histogram = Set::field",
};
const COUNTER: Key = Key {
    name: "counter",
    form: "counter = Set::field",
};
const ERRORS: Key = Key {
    name: "errors",
    form: "errors = Set::field",
};
const IN_FLIGHT: Key = Key {
    name: "in_flight",
    form: "in_flight = Set::gauge",
};
const LABELS: Key = Key {
    name: "labels",
    form: "labels(name = value)",
};
const NAME: Key = Key {
    name: "name",
    form: "name = \"Type::function\"",
};
const OK_IF: Key = Key {
    name: "ok_if",
    form: "ok_if = |value| value.is_fine()",
};
const ERROR_IF: Key = Key {
    name: "error_if",
    form: "error_if = |value| value.is_bad()",
};
const RESULT: Key = Key {
    name: "result",
    form: "result",
};
const ERROR_LABEL: Key = Key {
    name: "error_label",
    form: "error_label = |error| Kind::of(error)",
};
const STREAM: Key = Key {
    name: "stream",
    form: "stream = first_item`, `stream = each_item` or `stream = lifetime",
};
const SKIP: Key = Key {
    name: "skip",
    form: "skip",
};

const TIMED: &[Key] = &[
    HISTOGRAM,
    COUNTER,
    ERRORS,
    IN_FLIGHT,
    LABELS,
    NAME,
    Key {
        name: "buckets",
        form: "buckets = [0.1, 1.0]`, `buckets = linear(0.1, 0.1, 10)`, `buckets = exponential(0.01, 2.0, 12)` or `buckets = A_CONSTANT",
    },
    OK_IF,
    ERROR_IF,
    RESULT,
    ERROR_LABEL,
    STREAM,
    Key {
        name: "poll_time",
        form: "poll_time` or `poll_time = Set::field",
    },
    Key {
        name: "slow",
        form: "slow = \"500ms\"",
    },
    SLO,
    SKIP,
    CRATE,
];

const COUNTED: &[Key] = &[
    COUNTER,
    ERRORS,
    IN_FLIGHT,
    LABELS,
    NAME,
    OK_IF,
    ERROR_IF,
    RESULT,
    ERROR_LABEL,
    STREAM,
    SLO,
    SKIP,
    CRATE,
];
