//! Labels of every make in one exposition: numbers as values, labels that may be missing, nested sets, own types.

use std::net::{IpAddr, Ipv4Addr};

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, Registry};

#[derive(Clone, Copy, Label)]
#[label(discriminant)]
enum Status {
    Ok = 200,
    NotFound = 404,
    #[label(name = "none")]
    NoAnswer = -1,
}

#[derive(Clone, Copy, LabelSet)]
struct Answer {
    status: Option<Status>,
    cached: Option<bool>,
}

#[derive(Clone, Copy, LabelSet)]
struct Endpoint<'a> {
    #[label(open, max = 3, overflow = "other")]
    path: &'a str,
    #[label(open, max = 3)]
    query: Option<&'a str>,
}

#[derive(Clone, Copy, LabelSet)]
struct ByEndpoint<'a> {
    secure: bool,
    #[label(flatten)]
    endpoint: Endpoint<'a>,
    #[label(open, display, max = 3)]
    address: IpAddr,
    #[label(flatten)]
    answer: Answer,
}

#[derive(Clone, Copy, LabelSet)]
struct ByPort {
    #[label(open, max = 3)]
    port: Option<u16>,
    outcome: Option<Outcome>,
}

/// Families with labels.
#[derive(MetricSet)]
#[metrics(prefix = "label_kinds", register = false)]
struct LabelKinds {
    /// Every combination of what may be missing is there from the start.
    answers: Counter<Answer>,
    /// Nested sets, one after the other.
    requests: Counter<ByEndpoint<'static>>,
    /// The series of which all labels are missing has none.
    open: Gauge<ByPort>,
    /// A histogram with and without labels.
    #[metric(unit = "seconds", buckets = [1.0])]
    wait: Histogram<ByPort>,
}

pub(crate) fn label_kinds() -> Registry {
    let registry = Registry::new();
    let kinds = LabelKinds::register(&registry).expect("an empty registry");
    let answer = |status, cached| Answer { status, cached };
    kinds.answers.with(answer(None, None)).inc_by(1);
    kinds.answers.with(answer(Some(Status::Ok), None)).inc_by(2);
    let missed = answer(Some(Status::NotFound), Some(false));
    kinds.answers.with(missed).inc_by(3);
    // more paths than the cap, and one that is spelt like the overflow
    for (path, query) in [
        ("/a", None),
        ("/a", Some("b=1")),
        ("other", Some("overflow")),
        ("", Some("")),
        ("/late", None),
    ] {
        let labels = ByEndpoint {
            secure: path.is_empty(),
            endpoint: Endpoint { path, query },
            address: Ipv4Addr::LOCALHOST.into(),
            answer: answer(Some(Status::NoAnswer), query.map(str::is_empty)),
        };
        kinds.requests.with(labels).inc();
    }
    for (port, outcome) in [
        (None, None),
        (Some(80), None),
        (None, Some(Outcome::Ok)),
        (Some(443), Some(Outcome::Error)),
    ] {
        kinds.open.with(ByPort { port, outcome }).inc();
        kinds.wait.with(ByPort { port, outcome }).observe(0.5);
    }
    registry
}
