//! Declarations of every kind for the tests of all artefacts.

use std::time::Duration;

use metrics_core::promql::{MetricName, Promql, Selector, Span};
use metrics_core::{
    Alert, Declaration, Declarations, DeclaredFamily, Descriptor, Kind, LabelDescriptor,
    LabelValues, Latency, Measured, NativeOptions, Objective, Outcome, Panels, Registry, Scaling,
    SetDescriptor, Source, Success, timed,
};

/// All of them: a set of every kind, two functions with objectives, what the registry tells of itself.
pub(crate) fn declarations() -> Declarations {
    let mut all = Registry::global().declarations();
    // what else is linked into the tests is not of interest here
    all.families
        .retain(|family| family.name().starts_with("function_"));
    all.functions
        .retain(|function| function.module.ends_with("artifacts::sample"));
    all.families
        .extend(CHAT.all_families().map(DeclaredFamily::of_set));
    all.families.sort_by(|a, b| a.name().cmp(b.name()));
    all.objectives = vec![&ASK, &REPLY];
    all
}

/// A function with no metrics of its own.
#[timed]
pub(crate) fn ask() {}

const SOURCE: Source = Source {
    file: "src/chat.rs",
    line: 3,
    package: "chatbox",
    module: "chatbox::chat",
};

const fn declared(line: u32, name: &'static str, help: &'static str) -> Declaration {
    Declaration::new("chat", name, help, SOURCE.at(line))
}

const FIVE_MINUTES: Span = Span {
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

const fn above(left: &'static Promql, right: &'static Promql) -> Promql {
    Promql::Binary {
        operator: ">",
        bool: false,
        matching: None,
        left,
        right,
    }
}

const fn alert(name: &'static str, expr: Promql, line: u32) -> Alert {
    Alert {
        name,
        expr,
        hold: Duration::from_secs(300),
        severity: "warning",
        summary: "There is too much of it.",
        description: "It is {{ $value }} at {{ $labels.instance }}.",
        runbook: "",
        example: None,
        source: SOURCE.at(line),
    }
}

const fn finite(name: &'static str, values: &'static [&'static str]) -> LabelDescriptor {
    LabelDescriptor {
        name,
        values: LabelValues::Finite(values),
    }
}

const PROVIDER: LabelDescriptor = finite("provider", &["open_ai", "dify"]);
const OUTCOME: LabelDescriptor = LabelDescriptor::finite::<Outcome>("outcome");

static ERRORS: Descriptor = Descriptor::new(
    declared(12, "errors", "Answers that did not come. Each try counts.").alerts(&[alert(
        "ManyErrors",
        above(
            &Promql::Call {
                function: "rate",
                arguments: &[own("", Some(FIVE_MINUTES))],
            },
            &Promql::Number(10.0),
        ),
        13,
    )]),
    Kind::Counter,
    &[PROVIDER],
);
static LATENCY: Descriptor = Descriptor::new(
    declared(20, "latency", "Time to a complete answer.")
        .unit("seconds")
        .exemplars()
        .bounds(&[0.01, 0.1, 0.25, 1.0, 2.5]),
    Kind::Histogram,
    &[PROVIDER, OUTCOME],
);
static CONNECTIONS: Descriptor = Descriptor::new(
    declared(30, "connections", "Open connections.")
        .alerts(&[alert(
            "TooManyConnections",
            above(&own("", None), &Promql::Number(1000.0)),
            31,
        )])
        .scaling(Scaling {
            average: 100.0,
            min: 2,
            max: 10,
        })
        .panels(Panels {
            stat: true,
            rate: Some(FIVE_MINUTES),
            change: Some(Span {
                text: "1h",
                millis: 3_600_000,
            }),
        }),
    Kind::Gauge,
    &[],
);

/// A chat, with a family of every kind.
pub(crate) static CHAT: SetDescriptor = SetDescriptor {
    name: "Chat",
    help: "What the chat does.",
    source: SOURCE,
    families: &[
        ERRORS,
        LATENCY,
        CONNECTIONS,
        Descriptor::new(
            declared(
                40,
                "tokens",
                "Tokens used, by room.\n\nA `room` is what $people say.",
            ),
            Kind::Counter,
            &[LabelDescriptor::open("room", 100)],
        ),
        Descriptor::new(
            declared(41, "size", "Size of messages.")
                .unit("bytes")
                .native(NativeOptions::DEFAULT),
            Kind::Histogram,
            &[],
        ),
        Descriptor::new(
            declared(42, "pause", "Pauses between messages.")
                .unit("seconds")
                .bounds(&[1.0, 10.0])
                .native(NativeOptions::DEFAULT),
            Kind::Histogram,
            &[],
        ),
        Descriptor::new(
            declared(43, "hop_latency", "Time to the next hop.")
                .unit("milliseconds")
                .bounds(&[1.0, 10.0, 250.0]),
            Kind::Histogram,
            &[],
        ),
        Descriptor::new(
            declared(44, "success", "Share of answers that came.").unit("ratio"),
            Kind::Gauge,
            &[PROVIDER],
        ),
        Descriptor::new(
            declared(45, "memory", "Memory that is held.").unit("bytes"),
            Kind::Gauge,
            &[],
        ),
        Descriptor::new(
            declared(46, "build", "What runs."),
            Kind::Info,
            &[LabelDescriptor::open("version", 1)],
        ),
        Descriptor::new(declared(47, "state", "How far it is."), Kind::StateSet, &[]),
        Descriptor::new(
            declared(
                48,
                "chat_sessions_total",
                "Sessions, which is a gauge in spite of its name.",
            )
            .verbatim()
            .field("sessions"),
            Kind::Gauge,
            &[finite("state", &["starting", "ready"])],
        ),
    ],
    nested: &[],
    labels: &[("zone", "a")],
    linked: true,
};

static ASK: Objective = Objective {
    function: "ask",
    module: "metrics_server::artifacts::sample",
    latency: &[Latency {
        percent: 99.0,
        budget: 0.01,
        threshold: Duration::from_secs(1),
    }],
    success: Some(Success {
        percent: 99.9,
        budget: 0.001,
    }),
    measured: Measured::Function,
    source: SOURCE.at(60),
};

static REPLY: Objective = Objective {
    function: "reply",
    module: "chatbox::chat",
    latency: &[Latency {
        percent: 99.0,
        budget: 0.01,
        threshold: Duration::from_millis(250),
    }],
    success: Some(Success {
        percent: 99.5,
        budget: 0.005,
    }),
    measured: Measured::Families {
        time: Some(&LATENCY),
        calls: None,
        errors: None,
    },
    source: SOURCE.at(70),
};

#[test]
fn there_is_one_of_every_kind() {
    let all = declarations();
    let names: Vec<_> = all.families.iter().map(DeclaredFamily::name).collect();
    assert!(names.contains(&"chat_errors_total"), "{names:?}");
    assert!(names.contains(&"function_calls_total"), "{names:?}");
    assert_eq!(all.functions.len(), 1, "{:?}", all.functions);
    ask();
}
