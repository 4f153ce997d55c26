//! Alerts as they are seen on panels: lines, colours, quantiles, and panels of what no other one shows.

use std::time::Duration;

use metrics_core::promql::{Grouping, MetricName, Promql, Selector, Span};
use metrics_core::{
    Alert, Declaration, Declarations, DeclaredFamily, Descriptor, Kind, SetDescriptor, Source,
};
use serde_json::{Value, json};

use super::shape::{exprs, lines, titled};
use super::{lint::lint, lint::list, settings};
use crate::artifacts::dashboard::dashboard;

const SOURCE: Source = Source {
    file: "src/live.rs",
    line: 1,
    package: "live",
    module: "live",
};

const RANGE: Span = Span {
    text: "5m",
    millis: 300_000,
};

const fn own(suffix: &'static str, range: Option<Span>) -> Promql {
    Promql::Selector(Selector {
        metric: MetricName::Own(suffix),
        matchers: &[],
        range,
        offset: None,
    })
}

const fn alert(
    severity: &'static str,
    left: &'static Promql,
    operator: &'static str,
    right: &'static Promql,
) -> Alert {
    Alert {
        name: "Something",
        expr: Promql::Binary {
            operator,
            bool: false,
            matching: None,
            left,
            right,
        },
        hold: Duration::ZERO,
        severity,
        summary: "",
        description: "",
        runbook: "",
        example: None,
        source: SOURCE,
    }
}

const fn declared(line: u32, name: &'static str) -> Declaration {
    Declaration::new("live", name, "", SOURCE.at(line))
}

const VALUE: Promql = own("", None);
const RATE: Promql = Promql::Call {
    function: "rate",
    arguments: &[own("", Some(RANGE))],
};
const DELTA: Promql = Promql::Call {
    function: "delta",
    arguments: &[own("", Some(RANGE))],
};
const P95: Promql = Promql::Call {
    function: "histogram_quantile",
    arguments: &[
        Promql::Number(0.95),
        Promql::Aggregation {
            operator: "sum",
            grouping: Some(Grouping {
                without: false,
                labels: &["le"],
            }),
            parameter: None,
            of: &Promql::Call {
                function: "rate",
                arguments: &[own("_bucket", Some(RANGE))],
            },
        },
    ],
};

static LIVE: SetDescriptor = SetDescriptor {
    name: "LiveView",
    help: "",
    source: SOURCE,
    families: &[
        Descriptor::new(
            declared(1, "connections").alerts(&[
                alert("critical", &VALUE, "==", &Promql::Number(0.0)),
                alert("warning", &VALUE, ">", &Promql::Number(1000.0)),
                alert(
                    "critical",
                    &Promql::Group(&VALUE),
                    ">=",
                    &Promql::Number(5000.0),
                ),
                alert(
                    "critical",
                    &DELTA,
                    "<",
                    &Promql::Negative(&Promql::Number(100.0)),
                ),
                // says nothing about a value at which something begins
                alert("critical", &VALUE, "!=", &Promql::Number(7.0)),
            ]),
            Kind::Gauge,
            &[],
        ),
        Descriptor::new(
            declared(2, "errors").alerts(&[alert("info", &RATE, ">", &Promql::Number(10.0))]),
            Kind::Counter,
            &[],
        ),
        Descriptor::new(
            declared(3, "latency")
                .unit("seconds")
                .bounds(&[0.1, 1.0])
                .alerts(&[alert("warning", &P95, ">", &Promql::Number(0.5))]),
            Kind::Histogram,
            &[],
        ),
        Descriptor::new(declared(4, "bytes_sent"), Kind::Counter, &[]),
    ],
    nested: &[],
    labels: &[],
    linked: true,
};

fn live() -> Value {
    let mut all = Declarations::default();
    all.families = LIVE.all_families().map(DeclaredFamily::of_set).collect();
    let text = dashboard(&all, &settings(), None).expect("a dashboard");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn the_colours_of_a_number_are_those_of_its_alerts() {
    let live = live();
    let stat = titled(&live, "Connections: now");
    let steps = &stat["fieldConfig"]["defaults"]["thresholds"]["steps"];
    let expected = json!([
        {"color": "red", "value": null},
        {"color": "green", "value": 1.0},
        {"color": "orange", "value": 1000.0},
        {"color": "red", "value": 5000.0},
    ]);
    assert_eq!(*steps, expected);
    assert_eq!(lines(titled(&live, "Connections")), [0.0, 1000.0, 5000.0]);
}

#[test]
fn what_an_alert_looks_at_has_a_panel_with_its_line() {
    let live = live();
    let delta = titled(&live, "Connections: delta over 5m");
    let expected = "delta(live_connections{job=~\"$job\", instance=~\"$instance\"}[5m])";
    assert_eq!(exprs(delta), [expected]);
    assert_eq!(lines(delta), [-100.0]);
    // its alert looks at each series, and so does the panel
    let errors = titled(&live, "Errors: rate");
    assert!(exprs(errors)[0].starts_with("rate("), "{errors}");
    assert_eq!(lines(errors), [10.0]);
}

#[test]
fn bytes_are_bytes_wherever_the_word_stands() {
    let live = live();
    let defaults = &titled(&live, "Bytes sent: rate")["fieldConfig"]["defaults"];
    assert_eq!(defaults["unit"], "binBps");
}

#[test]
fn a_quantile_that_an_alert_is_about_is_drawn_with_its_line() {
    let live = live();
    let latency = titled(&live, "Latency: quantiles");
    let targets = list(&latency["targets"]).iter();
    let legends: Vec<_> = targets.map(|target| &target["legendFormat"]).collect();
    assert_eq!(legends, ["p50", "p90", "p95", "p99"]);
    assert_eq!(lines(latency), [0.5]);
    assert_eq!(lint(&live, &[]).into_iter().next(), None);
}
