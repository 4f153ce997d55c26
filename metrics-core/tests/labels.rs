//! Labels of every make: numbers as values, labels that may be missing, own types, nested sets, a named overflow.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use metrics_core::{
    Counter, Label, LabelDescriptor, LabelSet, LabelValues, MetricSet, Outcome, Registry,
};

/// One family with these labels.
#[derive(MetricSet)]
struct Of<L: LabelSet> {
    /// Events.
    events: Counter<L>,
}

fn of<L: LabelSet>() -> (Registry, Arc<Of<L>>) {
    let registry = Registry::new();
    let of = Of::register(&registry).expect("an empty registry");
    (registry, of)
}

/// The series of the family, without its name.
fn series(registry: &Registry) -> Vec<String> {
    let text = registry.encode_text();
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("events_total"));
    lines.map(String::from).collect()
}

#[derive(Clone, Copy, Label)]
#[label(discriminant)]
enum Status {
    Ok = 200,
    Created,
    #[label(name = "teapot")]
    Teapot = 0x1A2,
    AfterTeapot,
    Unknown = -1,
    Zero,
}

#[test]
fn discriminants_are_values() {
    assert_eq!(
        Status::VALUES,
        ["200", "201", "teapot", "419", "-1", "0"],
        "with and without a number of their own"
    );
    for (index, status) in [
        Status::Ok,
        Status::Created,
        Status::Teapot,
        Status::AfterTeapot,
        Status::Unknown,
        Status::Zero,
    ]
    .iter()
    .enumerate()
    {
        assert_eq!(status.index(), index);
    }

    #[derive(Label)]
    #[label(discriminant)]
    enum Counted {
        A,
        B,
    }
    assert_eq!(Counted::VALUES, ["0", "1"]);
    let _ = [Counted::A, Counted::B];
}

#[derive(Clone, Copy, LabelSet)]
struct Maybe {
    encrypted: Option<bool>,
    outcome: Option<Outcome>,
}

#[test]
fn a_finite_label_that_may_be_missing_is_not_rendered_if_it_is() {
    assert_eq!(
        Maybe::LABELS[0].values,
        LabelValues::Optional(&["false", "true"])
    );
    let (registry, of) = of::<Maybe>();
    for encrypted in [None, Some(false), Some(true)] {
        for outcome in [None, Some(Outcome::Ok), Some(Outcome::Cancelled)] {
            of.events.with(Maybe { encrypted, outcome }).inc();
        }
    }
    let series = series(&registry);
    assert_eq!(series.len(), 3 * 5, "{series:?}");
    for line in [
        " 1",
        "{outcome=\"ok\"} 1",
        "{outcome=\"error\"} 0",
        "{encrypted=\"false\"} 1",
        "{encrypted=\"true\",outcome=\"cancelled\"} 1",
        "{encrypted=\"true\",outcome=\"panic\"} 0",
    ] {
        assert!(
            series.iter().any(|found| found == line),
            "{line} {series:?}"
        );
    }
}

#[test]
fn an_option_of_an_option_has_one_way_to_be_none() {
    assert_eq!(None::<Option<bool>>.index(), 0);
    assert_eq!(Some(None::<bool>).index(), 0);
    assert_eq!(Some(Some(true)).index(), 2);
}

#[derive(LabelSet)]
struct MaybeOpen<'a> {
    #[label(open, max = 10)]
    user: Option<&'a str>,
    #[label(open, max = 10)]
    team: Option<String>,
    #[label(open, max = 10)]
    port: Option<u16>,
}

#[test]
fn an_open_label_that_may_be_missing_is_not_rendered_if_it_is() {
    let (registry, of) = of::<MaybeOpen<'static>>();
    let user = String::from("ada");
    let inc = |user, team: Option<&str>, port| {
        let team = team.map(String::from);
        of.events.with(MaybeOpen { user, team, port }).inc();
    };
    inc(Some(&*user), None, Some(0));
    inc(None, Some("x"), None);
    inc(None, None, None);
    // to Prometheus an empty value is none
    inc(Some(""), None, None);
    assert_eq!(
        series(&registry),
        ["{user=\"ada\",port=\"0\"} 1", "{team=\"x\"} 1", " 2"]
    );
}

#[derive(LabelSet)]
struct Endpoint<'a> {
    #[label(open, max = 2, overflow = "other")]
    path: &'a str,
    secure: bool,
}

#[derive(LabelSet)]
struct Nested<'a> {
    #[label(flatten)]
    endpoint: Endpoint<'a>,
    #[label(open, max = 1)]
    user: &'a str,
    #[label(flatten)]
    maybe: Maybe,
}

fn nested<'a>(path: &'a str, user: &'a str) -> Nested<'a> {
    Nested {
        endpoint: Endpoint { path, secure: true },
        user,
        maybe: Maybe {
            encrypted: None,
            outcome: Some(Outcome::Error),
        },
    }
}

#[test]
fn labels_of_a_nested_set_stand_in_its_place() {
    assert_eq!(
        <Nested<'static>>::LABELS,
        [
            LabelDescriptor::open("path", 2).with_overflow("other"),
            LabelDescriptor::finite::<bool>("secure"),
            LabelDescriptor::open("user", 1),
            LabelDescriptor::finite::<Option<bool>>("encrypted"),
            LabelDescriptor::finite::<Option<Outcome>>("outcome"),
        ]
    );
    let (registry, of) = of::<Nested<'static>>();
    let path = String::from("/a");
    of.events.with(nested(&path, "u")).inc();
    let line = "{path=\"/a\",secure=\"true\",user=\"u\",outcome=\"error\"} 1";
    assert_eq!(series(&registry), [line]);
}

#[test]
fn the_overflow_series_has_the_value_that_each_label_names() {
    let (registry, of) = of::<Nested<'static>>();
    // spelt out: it is the overflow series from the start, and no other that looks like it
    of.events.with(nested("other", "overflow")).inc();
    of.events.with(nested("other", "u")).inc();
    of.events.with(nested("overflow", "other")).inc();
    for path in ["/a", "/b", "other"] {
        of.events.with(nested(path, "overflow")).inc();
    }
    let rest = "secure=\"true\"";
    let outcome = "outcome=\"error\"";
    assert_eq!(
        series(&registry),
        [
            format!("{{path=\"other\",{rest},user=\"u\",{outcome}}} 1"),
            format!("{{path=\"overflow\",{rest},user=\"other\",{outcome}}} 1"),
            format!("{{path=\"other\",{rest},user=\"overflow\",{outcome}}} 4"),
        ]
    );
}

#[test]
fn an_overflow_value_is_not_empty() {
    let label = LabelDescriptor::open("path", 2);
    assert_eq!(label.with_overflow(""), label);
    let finite = LabelDescriptor::finite::<bool>("secure");
    assert_eq!(finite.with_overflow("other"), finite);
}

/// Nested sets in nested sets.
#[derive(LabelSet)]
struct Deep<'a> {
    #[label(open, max = 3)]
    first: u8,
    #[label(flatten)]
    nested: Nested<'a>,
    outcome_of_all: Outcome,
}

#[test]
fn an_outcome_is_put_where_it_belongs() {
    let mut labels = Deep {
        first: 1,
        nested: nested("/", "u"),
        outcome_of_all: Outcome::Ok,
    };
    <Deep<'static> as LabelSet>::set_outcome(&mut labels, Outcome::Panic);
    assert_eq!(labels.outcome_of_all, Outcome::Panic);
    // an `Option` is what its user says
    assert_eq!(labels.nested.maybe.outcome, Some(Outcome::Error));
    assert_eq!(labels.first, 1);

    #[derive(LabelSet)]
    struct Inner {
        ended: Outcome,
    }
    #[derive(LabelSet)]
    struct Outer {
        #[label(flatten)]
        inner: Inner,
    }
    let mut labels = Outer {
        inner: Inner { ended: Outcome::Ok },
    };
    Outer::set_outcome(&mut labels, Outcome::Cancelled);
    assert_eq!(labels.inner.ended, Outcome::Cancelled);
}

/// Says something else each time, fails, or panics.
#[derive(Clone, Copy)]
enum Odd<'a> {
    Plain(&'a str),
    Fails(&'a str),
    Panics(&'a Cell<u32>),
    Changes(&'a Cell<u32>),
}

impl fmt::Display for Odd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => f.write_str(text),
            Self::Fails(text) => {
                f.write_str(text)?;
                Err(fmt::Error)
            }
            Self::Panics(after) if after.get() == 0 => panic!("it was time"),
            Self::Panics(after) => {
                after.set(after.get() - 1);
                f.write_str("panics")
            }
            Self::Changes(state) => {
                // some ten texts in no order, short and long ones
                let next = state
                    .get()
                    .wrapping_mul(1_664_525)
                    .wrapping_add(1_013_904_223);
                state.set(next);
                let digits = if next >> 31 == 0 { 1 } else { 80 };
                write!(f, "{:0digits$}", (next >> 16) % 5)
            }
        }
    }
}

#[derive(Clone, Copy, LabelSet)]
struct ById<'a> {
    #[label(open, display, max = 50)]
    id: Odd<'a>,
    #[label(open, display, max = 50)]
    of: Option<u8>,
}

#[test]
fn a_type_with_a_display_is_an_open_label() {
    let (registry, of) = of::<ById<'static>>();
    let long = "é".repeat(100);
    let id = |text| Odd::Plain(text);
    of.events
        .with(ById {
            id: id("a\"b"),
            of: Some(7),
        })
        .inc();
    of.events
        .with(ById {
            id: id(&long),
            of: None,
        })
        .inc();
    of.events
        .with(ById {
            id: id(&long),
            of: None,
        })
        .inc();
    // a value is what was written before the failure
    of.events
        .with(ById {
            id: Odd::Fails("half"),
            of: None,
        })
        .inc();
    assert_eq!(
        series(&registry),
        [
            "{id=\"a\\\"b\",of=\"7\"} 1".to_owned(),
            format!("{{id=\"{long}\"}} 2"),
            "{id=\"half\"} 1".to_owned(),
        ]
    );
}

#[test]
fn a_display_that_panics_leaves_the_family_as_it_was() {
    let (registry, of) = of::<ById<'static>>();
    let plain = |text| ById {
        id: Odd::Plain(text),
        of: None,
    };
    of.events.with(plain("before")).inc();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut panics = 0;
    // at each of its calls, until there are no more
    for calls in 0.. {
        let id = Odd::Panics(&Cell::new(calls));
        let update = || of.events.with(ById { id, of: None }).inc();
        if catch_unwind(AssertUnwindSafe(update)).is_ok() {
            break;
        }
        panics += 1;
        let remove = || of.events.remove(ById { id, of: None });
        assert!(catch_unwind(AssertUnwindSafe(remove)).is_err());
        of.events.with(plain("after")).inc();
    }
    std::panic::set_hook(hook);
    assert!(panics >= 3, "{panics}");
    assert!(of.events.remove(plain("before")));
    of.events.with(plain("last")).inc();
    registry.delivered(registry.mark());
    assert_eq!(
        series(&registry),
        [
            format!("{{id=\"after\"}} {panics}"),
            "{id=\"panics\"} 1".to_owned(),
            "{id=\"last\"} 1".to_owned(),
        ]
    );
}

#[test]
fn a_display_that_changes_makes_no_series_twice() {
    let (registry, of) = of::<ById<'static>>();
    let state = Cell::new(1);
    for _ in 0..1000 {
        let id = Odd::Changes(&state);
        of.events.with(ById { id, of: None }).inc();
    }
    let mut series = series(&registry);
    let totals = series.iter().filter_map(|line| line.rsplit_once(' '));
    let totals: u64 = totals.filter_map(|(_, n)| n.parse::<u64>().ok()).sum();
    assert_eq!(totals, 1000, "{series:?}");
    for line in &mut series {
        line.truncate(line.rfind(' ').unwrap_or_default());
    }
    let all = series.len();
    series.sort();
    series.dedup();
    assert_eq!(series.len(), all, "{series:?}");
}
