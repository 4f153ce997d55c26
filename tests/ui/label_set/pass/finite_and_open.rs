//! Label sets of every make: finite, open, borrowed, with names of their own.

use metrics_core::{
    Counter, Label, LabelDescriptor, LabelSet, LabelValues, MetricSet, Outcome, Registry,
};
use std::borrow::Cow;
use std::sync::Arc;

#[derive(Clone, Copy, Label)]
enum Method {
    Get,
    Post,
    Put,
}

#[derive(LabelSet)]
struct Finite {
    method: Method,
    secure: bool,
    #[label(name = "result")]
    outcome: Outcome,
}

#[derive(LabelSet)]
struct Open<'a> {
    #[label(open, max = 10)]
    path: &'a str,
    r#type: Method,
    #[label(open, max = 1_000)]
    status: u16,
    #[label(open, max = 5, name = "Host")]
    host: Cow<'a, str>,
}

#[derive(LabelSet)]
struct Owned {
    #[label(open, max = 10)]
    user: String,
    #[label(max = 10, open)]
    team: Arc<str>,
}

mod hidden {
    use super::*;

    #[derive(LabelSet)]
    pub struct Private {
        pub(super) method: Method,
    }
}

/// As many as were asked for.
#[derive(LabelSet)]
#[labels(max_series = 4096)]
struct Many {
    a: Outcome,
    b: Outcome,
    c: Outcome,
    d: Outcome,
    e: Outcome,
    f: Outcome,
}

#[derive(MetricSet)]
#[metrics(register = false)]
struct Set {
    /// Finite.
    finite: Counter<Finite>,
    /// Open.
    open: Counter<Open<'static>>,
    /// Owned.
    owned: Counter<Owned>,
    /// Private.
    private: Counter<hidden::Private>,
}

fn open_of(labels: &Open<'_>) -> Vec<String> {
    let mut values = Vec::new();
    <Open<'static> as LabelSet>::open_values(labels, &mut |value: &str| values.push(value.to_owned()));
    values
}

fn main() {
    let names = |labels: &'static [LabelDescriptor]| -> Vec<&str> {
        labels.iter().map(|label| label.name).collect()
    };
    assert_eq!(names(Finite::LABELS), ["method", "secure", "result"]);
    assert_eq!(names(<Open<'static>>::LABELS), ["path", "type", "status", "Host"]);
    assert!(matches!(<Open<'static>>::LABELS[2].values, LabelValues::Open { max: 1000, .. }));
    assert_eq!(Many::LABELS.len(), 6);

    // the last label counts fastest
    let mut expected = 0;
    for method in [Method::Get, Method::Post, Method::Put] {
        for secure in [false, true] {
            for outcome in [Outcome::Ok, Outcome::Error, Outcome::Panic, Outcome::Cancelled] {
                let labels = Finite { method, secure, outcome };
                assert_eq!(Finite::finite_index(&labels), expected);
                expected += 1;
            }
        }
    }

    let registry = Registry::new();
    let set = Set::register(&registry).expect("no conflict");
    set.finite
        .with(Finite { method: Method::Put, secure: true, outcome: Outcome::Error })
        .inc();
    let path = String::from("/a\"b");
    let open = || Open { path: &path, r#type: Method::Post, status: 404, host: Cow::Borrowed("h") };
    assert_eq!(open_of(&open()), ["/a\"b", "404", "h"]);
    assert_eq!(<Open<'static> as LabelSet>::finite_index(&open()), 1);
    set.open.with(open()).inc();
    set.owned.with(Owned { user: "u".to_owned(), team: "t".into() }).inc();
    set.private.with(hidden::Private { method: Method::Get }).inc();
    let text = registry.encode_text();
    for line in [
        "finite_total{method=\"put\",secure=\"true\",result=\"error\"} 1",
        "open_total{path=\"/a\\\"b\",type=\"post\",status=\"404\",Host=\"h\"} 1",
        "owned_total{user=\"u\",team=\"t\"} 1",
        "private_total{method=\"get\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let _ = Many {
        a: Outcome::Ok,
        b: Outcome::Ok,
        c: Outcome::Ok,
        d: Outcome::Ok,
        e: Outcome::Ok,
        f: Outcome::Ok,
    };
}
