//! Finite, optional, open and nested labels in every order: what is exposed is what was put in, and nothing twice.

use std::collections::BTreeMap;
use std::fmt;

use metrics_core::{Counter, Label, LabelSet, MetricSet, Registry};
use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Clone, Copy, Debug, Label)]
enum Method {
    Get,
    Post,
    Put,
}

#[derive(Clone, Copy, Debug)]
struct Id<'a>(&'a str);

impl fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .chars()
            .try_for_each(|c| fmt::Write::write_char(f, c))
    }
}

/// Optional, open and nested labels once more, within.
#[derive(LabelSet)]
struct Inner<'a> {
    secure: Option<bool>,
    #[label(open, display, max = 1000)]
    id: Option<Id<'a>>,
    #[label(flatten)]
    innermost: Innermost,
}

#[derive(LabelSet)]
struct Innermost {
    #[label(open, max = 1000)]
    port: Option<u16>,
    local: bool,
}

/// What the labels are made of.
#[derive(Clone, Debug)]
struct Values {
    method: Method,
    optional: Option<Method>,
    open: String,
    secure: Option<bool>,
    id: Option<String>,
    port: Option<u16>,
    local: bool,
}

impl Values {
    fn inner(&self) -> Inner<'_> {
        Inner {
            secure: self.secure,
            id: self.id.as_deref().map(Id),
            innermost: Innermost {
                port: self.port,
                local: self.local,
            },
        }
    }

    /// The labels of a field, as they are to be exposed.
    fn pairs(&self, field: &str) -> Vec<(String, String)> {
        let value = |method: Method| Method::VALUES[method.index()].to_owned();
        let pairs = match field {
            "finite" => vec![("finite", value(self.method))],
            "optional" => vec![("optional", self.optional.map(value).unwrap_or_default())],
            "open" => vec![("open", self.open.clone())],
            _ => vec![
                (
                    "secure",
                    self.secure.map(|s| s.to_string()).unwrap_or_default(),
                ),
                ("id", self.id.clone().unwrap_or_default()),
                ("port", self.port.map(|p| p.to_string()).unwrap_or_default()),
                ("local", self.local.to_string()),
            ],
        };
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        pairs
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(vec![Method::Get, Method::Post, Method::Put])
}

/// Texts that are often the same, often empty, of lengths that fit into a row and that do not.
fn text() -> impl Strategy<Value = String> {
    let few = vec!["", "a", "b", "overflow", "a\"", "12345678", "123456789"];
    let few = prop::sample::select(few).prop_map(String::from);
    prop_oneof![few, ".{0,20}", "[ab]{0,60}"]
}

fn values() -> impl Strategy<Value = Values> {
    let option = proptest::option::of::<BoxedStrategy<String>>;
    (
        method(),
        proptest::option::of(method()),
        text(),
        any::<Option<bool>>(),
        option(text().boxed()),
        any::<Option<u16>>(),
        any::<bool>(),
    )
        .prop_map(|(method, optional, open, secure, id, port, local)| Values {
            method,
            optional,
            open,
            secure,
            id,
            port,
            local,
        })
}

/// One family with these labels.
#[derive(MetricSet)]
struct Of<L: LabelSet> {
    /// Events.
    events: Counter<L>,
}

/// Puts a value in for each of `all`, and compares what is exposed.
fn assert_round_trip<L: LabelSet>(
    all: &[Values],
    order: &[&str],
    put_in: impl Fn(&Counter<L>, &Values),
) -> Result<(), TestCaseError> {
    let registry = Registry::new();
    let of = Of::<L>::register(&registry).expect("an empty registry");
    let mut expected: BTreeMap<Vec<(String, String)>, String> = BTreeMap::new();
    let mut counts = BTreeMap::new();
    for values in all {
        put_in(&of.events, values);
        let labels: Vec<_> = order.iter().flat_map(|field| values.pairs(field)).collect();
        let count = counts.entry(labels.clone()).or_insert(0_u64);
        *count += 1;
        expected.insert(labels, count.to_string());
    }
    let snapshot = registry.snapshot();
    let found = snapshot.families.iter().find(|f| f.name == "events_total");
    let series = found.map(|family| &*family.series).unwrap_or_default();
    prop_assert_eq!(series.len(), expected.len(), "nothing twice");
    let found: BTreeMap<_, _> = series
        .iter()
        .map(|series| {
            let number = registry_number(&series.value);
            (series.labels.clone(), number)
        })
        .collect();
    prop_assert_eq!(found, expected);
    Ok(())
}

fn registry_number(value: &metrics_core::ValueSnapshot) -> String {
    match value {
        metrics_core::ValueSnapshot::Number(metrics_core::Number::Unsigned(n)) => n.to_string(),
        other => format!("{other:?}"),
    }
}

/// A label set with its fields in the order of their kinds, put together kind by kind.
macro_rules! set {
    (@ $a:lifetime { $($fields:tt)* }) => {
        #[derive(LabelSet)]
        struct Set<$a> { $($fields)* }
    };
    (@ $a:lifetime { $($fields:tt)* } finite $($rest:tt)*) => {
        set!(@ $a { $($fields)* finite: Method, } $($rest)*);
    };
    (@ $a:lifetime { $($fields:tt)* } optional $($rest:tt)*) => {
        set!(@ $a { $($fields)* optional: Option<Method>, } $($rest)*);
    };
    (@ $a:lifetime { $($fields:tt)* } open $($rest:tt)*) => {
        set!(@ $a { $($fields)* #[label(open, max = 1000)] open: &$a str, } $($rest)*);
    };
    (@ $a:lifetime { $($fields:tt)* } nested $($rest:tt)*) => {
        set!(@ $a { $($fields)* #[label(flatten)] nested: Inner<$a>, } $($rest)*);
    };
}

macro_rules! round_trips {
    ($all:ident: $($($kind:ident)*;)*) => {$({
        set!(@ 'a {} $($kind)*);
        let order = [$(stringify!($kind)),*];
        assert_round_trip::<Set<'static>>($all, &order, |events, values| {
            let labels = Set {
                finite: values.method,
                optional: values.optional,
                open: &values.open,
                nested: values.inner(),
            };
            events.with(labels).inc();
        })?;
    })*};
}

fn assert_every_order(all: &[Values]) -> Result<(), TestCaseError> {
    round_trips! {
        all:
        finite optional open nested;
        finite optional nested open;
        finite open optional nested;
        finite open nested optional;
        finite nested optional open;
        finite nested open optional;
        optional finite open nested;
        optional finite nested open;
        optional open finite nested;
        optional open nested finite;
        optional nested finite open;
        optional nested open finite;
        open finite optional nested;
        open finite nested optional;
        open optional finite nested;
        open optional nested finite;
        open nested finite optional;
        open nested optional finite;
        nested finite optional open;
        nested finite open optional;
        nested optional finite open;
        nested optional open finite;
        nested open finite optional;
        nested open optional finite;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_order_round_trips(all in vec(values(), 0..30)) {
        assert_every_order(&all)?;
    }
}
