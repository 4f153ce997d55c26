//! Tests: what is refused, and in which words.

use std::time::Duration;

use metrics_core::promql::{Grouping, Matcher, MetricName, Promql, Selector};
use metrics_core::{
    Alert, Declaration, Declarations, DeclaredFamily, Descriptor, Kind, Latency, Measured,
    NestedSet, Objective, SetDescriptor, Source, Success,
};

use crate::Error;
use crate::artifacts::rules::{file, groups};
use crate::artifacts::sample;
use crate::artifacts::settings::Settings;

const SOURCE: Source = Source {
    file: "src/more.rs",
    line: 1,
    package: "more",
    module: "more",
};

fn leaked<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// `sum by (LABELS) (METRIC{MATCHERS})`, or without labels what is in it.
fn expression(
    metric: &'static str,
    matchers: Vec<(&'static str, &'static str, &'static str)>,
    by: &[&'static str],
) -> Promql {
    let matcher = |(label, operator, value)| Matcher {
        label,
        operator,
        value,
    };
    let matchers: Vec<_> = matchers.into_iter().map(matcher).collect();
    let selector = Promql::Selector(Selector {
        metric: MetricName::Named(metric),
        matchers: matchers.leak(),
        range: None,
        offset: None,
    });
    if by.is_empty() {
        return selector;
    }
    Promql::Aggregation {
        operator: "sum",
        grouping: Some(Grouping {
            without: false,
            labels: by.to_vec().leak(),
        }),
        parameter: None,
        of: leaked(selector),
    }
}

fn alert(name: &'static str, expr: Promql) -> Alert {
    Alert {
        name,
        expr,
        hold: Duration::from_secs(60),
        severity: "warning",
        summary: "It is so.",
        description: "",
        runbook: "",
        example: None,
        source: SOURCE,
    }
}

/// The sample, and a set with a gauge that has these alerts.
fn with_alerts(alerts: Vec<Alert>) -> Declarations {
    let declared = Declaration::new("more", "size", "How much.", SOURCE).alerts(alerts.leak());
    let set = SetDescriptor {
        name: "More",
        help: "More.",
        source: SOURCE,
        families: leaked([Descriptor::new(declared, Kind::Gauge, &[])]),
        nested: &[],
        labels: &[],
        linked: true,
    };
    let mut all = sample::declarations();
    let families = set.all_families().map(DeclaredFamily::of_set);
    all.families.extend(families);
    all
}

fn mistakes_of(declarations: &Declarations, settings: &Settings) -> Vec<String> {
    match groups(declarations, settings) {
        Ok(_) => Vec::new(),
        Err(Error::Artifacts(mistakes)) => mistakes,
        Err(other) => vec![other.to_string()],
    }
}

/// What is said of alerts with these expressions, without the place and the name.
fn said(expressions: Vec<Promql>) -> Vec<String> {
    const NAMES: [&str; 4] = ["A", "B", "C", "D"];
    let alerts = NAMES.into_iter().zip(expressions);
    let alerts: Vec<_> = alerts.map(|(name, expr)| alert(name, expr)).collect();
    let mistakes = mistakes_of(&with_alerts(alerts), &Settings::default());
    let bare = |mistake: String| {
        let bare = mistake.split_once("`: ").map(|(_, what)| what.to_owned());
        bare.unwrap_or(mistake)
    };
    mistakes.into_iter().map(bare).collect()
}

#[test]
fn a_mistake_tells_its_place_and_its_alert() {
    let all = with_alerts(vec![alert(
        "Odd",
        expression("chat_conections", vec![], &[]),
    )]);
    assert_eq!(
        mistakes_of(&all, &Settings::default()),
        [
            "src/more.rs:1 (package `more`): alert `Odd`: no family is exposed as `chat_conections`; did you mean `chat_connections`?"
        ]
    );
}

#[test]
fn names_that_nothing_has_are_refused() {
    assert_eq!(
        said(vec![
            expression("chat_errors", vec![], &[]),
            expression("chat_latency_seconds", vec![], &[]),
            expression("shop_orders_total", vec![], &[]),
            expression("job:chat_latency_seconds:eror_ratio_rate5m", vec![], &[]),
        ]),
        [
            "no family is exposed as `chat_errors`; did you mean `chat_errors_total`?",
            "`chat_latency_seconds` is a histogram, and no series has this name; take one of `chat_latency_seconds_bucket`, `chat_latency_seconds_sum`, `chat_latency_seconds_count`",
            "no family is exposed as `shop_orders_total`; if a set has it that is registered later, add the set with `Artifacts::include`",
            "no family is exposed as `job:chat_latency_seconds:eror_ratio_rate5m`; did you mean `job:chat_latency_seconds:error_ratio_rate5m`?",
        ]
    );
}

#[test]
fn labels_and_values_that_a_family_does_not_have_are_refused() {
    assert_eq!(
        said(vec![
            expression("chat_errors_total", vec![("providr", "=", "dify")], &[]),
            expression(
                "chat_errors_total",
                vec![("provider", "=~", "dify|opn_ai")],
                &[]
            ),
            expression("chat_latency_seconds_bucket", vec![("le", "=", "0.2")], &[]),
            expression("chat_errors_total", vec![], &["job", "provder"]),
        ]),
        [
            "`chat_errors_total` has no label `providr`; did you mean `provider`?",
            "`provider` of `chat_errors_total` never is `opn_ai`; did you mean `open_ai`?",
            "`chat_latency_seconds_bucket` has no bucket with `le=\"0.2\"`; its bounds are 0.01, 0.1, 0.25, 1, 2.5, and +Inf",
            "no series that is grouped has the label `provder`; did you mean `provider`?",
        ]
    );
}

#[test]
fn what_prometheus_and_others_have_is_not_refused() {
    let none: [&str; 0] = [];
    let up = expression("up", vec![("job", "=", "x"), ("team", "=", "a")], &["team"]);
    let kube = expression("kube_pod_info", vec![("uid", "=", "x")], &["uid"]);
    let rule = expression("team:costs:sum", vec![("x", "=", "y")], &[]);
    let bucket = expression(
        "chat_latency_seconds_bucket",
        vec![("le", "=~", "1|1[.]0"), ("outcome", "!=", "ok")],
        &["le", "zone"],
    );
    let alerts = [("A", up), ("B", kube), ("C", rule), ("D", bucket)];
    let alerts = alerts.map(|(name, expr)| alert(name, expr)).to_vec();
    let settings = Settings {
        target_labels: vec![("team".to_owned(), "a".to_owned())],
        ..Settings::default()
    };
    assert_eq!(mistakes_of(&with_alerts(alerts), &settings), none);
}

#[test]
fn a_text_that_names_a_label_which_is_lost_is_refused() {
    let lost = Alert {
        summary: "{{ $labels.provider }} at {{ $labels.instance }}",
        ..alert(
            "Lost",
            expression("chat_errors_total", vec![], &["provider"]),
        )
    };
    assert_eq!(
        mistakes_of(&with_alerts(vec![lost]), &Settings::default()),
        [
            "src/more.rs:1 (package `more`): alert `Lost`: `$labels.instance` is empty, since no such label is left by the expression; keep it with `by (…)`, or leave it out"
        ]
    );
}

#[test]
fn names_of_alerts_are_there_once() {
    let up = || expression("up", vec![], &[]);
    let all = with_alerts(vec![alert("ManyErrors", up()), alert("TargetDown", up())]);
    assert_eq!(
        mistakes_of(&all, &Settings::default()),
        [
            "src/more.rs:1 (package `more`): alert `ManyErrors`: another alert has this name, at src/chat.rs:13 (package `chatbox`); name one of them otherwise, or leave one out: `Artifacts::without_alert(\"more::ManyErrors\")`",
            "src/more.rs:1 (package `more`): alert `TargetDown`: an alert that is generated has this name; name this one otherwise, or leave one out: `Artifacts::without_alert(\"more::TargetDown\")`",
        ]
    );
}

#[test]
fn an_alert_of_somebody_else_can_be_left_out_by_its_name_and_by_its_package() {
    let up = || expression("up", vec![], &[]);
    let all = with_alerts(vec![alert("ManyErrors", up()), alert("Other", up())]);
    let without = |alerts: &[&str]| Settings {
        without_alerts: alerts.iter().map(|alert| (*alert).to_owned()).collect(),
        ..Settings::default()
    };
    let left = |alerts: &[&str]| {
        let settings = without(alerts);
        let groups = groups(&all, &settings).expect("no name is there twice");
        let text = file(&groups, &settings);
        ["ManyErrors", "Other"].map(|name| text.matches(&format!("alert: \"{name}\"")).count())
    };
    assert_eq!(left(&["more::ManyErrors"]), [1, 1]);
    assert_eq!(left(&["ManyErrors", "Other"]), [0, 0]);
    let told = mistakes_of(&all, &without(&["chatbox::ManyErrors", "chatbox::Other"]));
    assert_eq!(
        told,
        [
            "`without_alert(\"chatbox::Other\")` leaves out nothing; write the name of a declared alert, or its package and name, `\"package::Name\"`"
        ]
    );
}

#[test]
fn an_objective_that_cannot_be_measured_is_refused() {
    let missing = Descriptor::new(
        Declaration::new("shop", "wait", "How long.", SOURCE).unit("seconds"),
        Kind::Histogram,
        &[],
    );
    let field = |name: &str| {
        let mut families = sample::CHAT.families.iter();
        families.find(|family| family.field() == name)
    };
    let objective = |function, time, percent, budget, success: bool| {
        leaked(Objective {
            function,
            module: "m",
            latency: leaked([Latency {
                percent,
                budget,
                threshold: Duration::from_millis(200),
            }]),
            success: success.then_some(Success {
                percent: 99.9,
                budget: 0.001,
            }),
            measured: Measured::Families {
                time,
                calls: None,
                errors: None,
            },
            source: SOURCE,
        })
    };
    let mut all = sample::declarations();
    all.objectives = vec![
        objective("gone", Some(leaked(missing)), 99.0, 0.01, false),
        objective("between", field("latency"), 99.0, 0.01, false),
        objective("bytes", field("size"), 99.0, 0.01, false),
        objective("blind", field("pause"), 99.0, 0.01, true),
        objective("blind", field("pause"), 99.0, 0.01, true),
    ];
    let told: Vec<_> = mistakes_of(&all, &Settings::default())
        .iter()
        .map(|told| told.replace("src/more.rs:1 (package `more`)", "HERE"))
        .collect();
    assert_eq!(
        told,
        [
            "HERE: slo of `gone`: `shop_wait_seconds`, declared at HERE, is not exposed: another family has its name, which `Registry::check` tells, or its set is in another registry; add the set with `Artifacts::include`",
            "HERE: slo of `between`: 0.2 is no bucket bound of `chat_latency_seconds`, which has 0.01, 0.1, 0.25, 1, 2.5; take one of them, or add it to `buckets`",
            "HERE: slo of `bytes`: `chat_size_bytes` is in neither seconds nor milliseconds; name a histogram of a time",
            "HERE: slo of `blind`: nothing tells which calls fail; name a histogram or a counter with a label of the type `Outcome`, or both `counter = …` and `errors = …`",
            "HERE: slo of `blind`: 0.2 is no bucket bound of `chat_pause_seconds`, which has 1, 10; take one of them, or add it to `buckets`",
            "HERE: slo of `blind`: another function of this name in `m` has one, at HERE; give one of them a name of its own, `name = \"…\"`",
        ]
    );
}

#[test]
fn settings_and_declarations_are_told_of_together() {
    let settings = Settings {
        name: String::new(),
        target_labels: vec![("provider".to_owned(), "x".to_owned())],
        ..Settings::default()
    };
    let all = with_alerts(vec![alert("Odd", expression("odd", vec![], &[]))]);
    assert_eq!(mistakes_of(&all, &settings).len(), 3);
}

#[test]
fn a_set_that_is_there_twice_has_an_alert_for_each_of_its_families() {
    let own = Promql::Selector(Selector {
        metric: MetricName::Own(""),
        matchers: &[],
        range: None,
        offset: None,
    });
    let declared = Declaration::new("pool", "size", "How much.", SOURCE)
        .alerts(vec![alert("Grows", own)].leak());
    let pool = leaked(SetDescriptor {
        name: "Pool",
        families: leaked([Descriptor::new(declared, Kind::Gauge, &[])]),
        nested: &[],
        ..sample::CHAT
    });
    let twice = ["read", "write"].map(|prefix| NestedSet { prefix, set: pool });
    let shop = SetDescriptor {
        name: "Shop",
        families: &[],
        nested: leaked(twice),
        ..sample::CHAT
    };
    let mut all = sample::declarations();
    let families = shop.all_families().map(DeclaredFamily::of_set);
    all.families = families.collect();
    all.objectives.clear();
    let groups = groups(&all, &Settings::default()).expect("nothing is wrong");
    let text = file(&groups[1..], &Settings::default());
    for name in ["read_pool_size", "write_pool_size"] {
        let expected = format!(
            "expr: \"{name}\"\n        for: \"1m\"\n        labels:\n          severity: \"warning\"\n          family: \"{name}\"\n"
        );
        assert!(text.contains(&expected), "{text}");
    }
}
