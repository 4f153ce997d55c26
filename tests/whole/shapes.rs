//! The label sets of the test, one for each way in which series are told apart, and what is done to metrics in another
//! way where their labels are known to be of one kind.

use std::fmt;

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet};

use super::case::Shape;

#[derive(Clone, Copy, Debug, Label)]
pub(crate) enum Method {
    Get,
    Put,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct Finite {
    method: Method,
    warm: Option<bool>,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct Open<'a> {
    #[label(open, max = 100)]
    user: &'a str,
}

/// Has more values than it may have.
#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct Capped<'a> {
    #[label(open, max = 3)]
    user: &'a str,
}

/// The most series that are kept apart of that.
pub(crate) const CAP: usize = 3;

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct Mixed<'a> {
    method: Method,
    #[label(open, max = 100)]
    user: &'a str,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct Two<'a> {
    #[label(open, max = 100)]
    user: &'a str,
    #[label(open, display, max = 3)]
    place: Place,
}

#[derive(Clone, Copy, Debug)]
struct Place(usize);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "place {}", self.0)
    }
}

impl Shape {
    /// The labels of a series as they should be exposed; an empty value is none.
    pub(crate) fn pairs(self, label: usize, texts: &[String]) -> Vec<(String, String)> {
        let method = ["get", "put"][label / 3];
        let pairs = match self {
            Self::Bare => vec![],
            Self::Finite => vec![
                ("method", method),
                ("warm", ["", "false", "true"][label % 3]),
            ],
            Self::Open | Self::Capped => vec![("user", &*texts[label])],
            Self::Mixed => vec![("method", method), ("user", &*texts[label % 3])],
            Self::Two => vec![
                ("user", &*texts[label % 3]),
                ("place", ["place 0", "place 1"][label / 3]),
            ],
        };
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
    }

    /// Whether it has a label of any text.
    pub(crate) fn is_open(self) -> bool {
        !matches!(self, Self::Bare | Self::Finite)
    }
}

/// A label set of which a case has some values. What is done is done by the labels, unless it says otherwise.
pub(crate) trait Labels: LabelSet + Sized + Send + Sync {
    fn at(label: usize, texts: &[String]) -> Self::Borrowed<'_>;

    fn inc_by(counter: &Counter<Self>, labels: Self::Borrowed<'_>, n: u64) {
        counter.with(labels).inc_by(n);
    }

    fn add(gauge: &Gauge<Self>, labels: Self::Borrowed<'_>, n: i64) {
        gauge.with(labels).add(n);
    }

    fn observe(histogram: &Histogram<Self>, labels: Self::Borrowed<'_>, value: f64) {
        histogram.with(labels).observe(value);
    }

    /// One that is in flight while `inside` runs. This does not compile with labels of any text.
    fn guard(_: &Gauge<Self>, _: Self::Borrowed<'_>, inside: impl FnOnce()) {
        inside();
    }

    /// This does not compile without.
    fn own_and_inc_by(counter: &Counter<Self>, labels: Self::Borrowed<'_>, n: u64) {
        counter.with(labels).inc_by(n);
    }
}

/// By the shorter ways that there are.
impl Labels for () {
    fn at(_: usize, _: &[String]) {}

    fn inc_by(counter: &Counter<Self>, (): (), n: u64) {
        match n {
            1 => counter.inc(),
            _ => counter.inc_by(n),
        }
    }

    fn add(gauge: &Gauge<Self>, (): (), n: i64) {
        match n {
            1 => gauge.inc(),
            -1 => gauge.dec(),
            _ => gauge.add(n),
        }
    }

    fn observe(histogram: &Histogram<Self>, (): (), value: f64) {
        histogram.observe(value);
    }

    fn guard(gauge: &Gauge<Self>, (): (), inside: impl FnOnce()) {
        let _guard = gauge.inc_guard();
        inside();
    }
}

impl Labels for Finite {
    fn at(label: usize, _: &[String]) -> Self {
        Self {
            method: method(label),
            warm: [None, Some(false), Some(true)][label % 3],
        }
    }

    fn guard(gauge: &Gauge<Self>, labels: Self, inside: impl FnOnce()) {
        let _guard = gauge.inc_owned_guard_with(labels);
        inside();
    }
}

impl Labels for Capped<'static> {
    fn at(label: usize, texts: &[String]) -> Capped<'_> {
        Capped {
            user: &texts[label],
        }
    }
}

macro_rules! ownable {
    ($($set:ident: $at:expr;)*) => {$(
        impl Labels for $set<'static> {
            fn at(label: usize, texts: &[String]) -> $set<'_> {
                $at(label, texts)
            }

            fn own_and_inc_by(counter: &Counter<Self>, labels: $set<'_>, n: u64) {
                counter.own(labels).child().inc_by(n);
            }
        }
    )*};
}
ownable! {
    Open: open;
    Mixed: mixed;
    Two: two;
}

fn open(label: usize, texts: &[String]) -> Open<'_> {
    Open {
        user: &texts[label],
    }
}

fn mixed(label: usize, texts: &[String]) -> Mixed<'_> {
    Mixed {
        method: method(label),
        user: &texts[label % 3],
    }
}

fn two(label: usize, texts: &[String]) -> Two<'_> {
    Two {
        user: &texts[label % 3],
        place: Place(label / 3),
    }
}

fn method(label: usize) -> Method {
    [Method::Get, Method::Put][label / 3]
}
