//! Alerts, from the attribute to what Prometheus reads: every form of expression, and all that an alert carries.

use std::time::Duration;

use metrics_core::{Alert, Counter, Descriptor, Gauge, Histogram, Label, LabelSet, MetricSet};

#[derive(Clone, Copy, Label)]
#[expect(dead_code, reason = "its values are all that is asked for")]
enum Provider {
    OpenAi,
    Anthropic,
}

#[derive(Clone, Copy, LabelSet)]
struct ByProvider {
    provider: Provider,
}

fn printed(family: &Descriptor) -> Vec<String> {
    let alerts = family.alerts().iter();
    alerts
        .map(|alert| alert.expr.of(family.name()).to_string())
        .collect()
}

/// A server of sockets.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Socket {
    /// Connections that are open.
    #[metric(alert(
        name = "NoWebSocketConnections",
        expr = "== 0",
        for = "5m",
        severity = "warning",
        summary = "Nobody is connected to {{ $labels.instance }}.",
    ))]
    #[metric(alert(
        name = "TooManyWebSocketConnections",
        expr = "> 1000",
        for = "1h30m",
        severity = "page",
        summary = "{{ $labels.instance }} has {{ $value }} connections.",
        description = "They are {{ $value | printf \"%.1f\" }} or {{ $value|humanize }}.",
        runbook = "https://example.com/sockets",
        fires = "websocket_connections 1001x20",
        silent = "websocket_connections 1000x20",
    ))]
    connections: Gauge,
}

#[test]
fn all_that_an_alert_says_is_in_the_descriptor() {
    let family = &Socket::SET.families[0];
    let [none, many] = family.alerts() else {
        panic!("{:?}", family.alerts());
    };
    assert_eq!(printed(family), ["connections == 0", "connections > 1000"]);
    let Alert {
        name,
        hold,
        severity,
        summary,
        description,
        runbook,
        example,
        source,
        ..
    } = many;
    assert_eq!((*name, *severity), ("TooManyWebSocketConnections", "page"));
    assert_eq!(*hold, Duration::from_secs(90 * 60));
    assert_eq!(
        *summary,
        "{{ $labels.instance }} has {{ $value }} connections."
    );
    assert!(description.contains("printf \"%.1f\""), "{description}");
    assert_eq!(*runbook, "https://example.com/sockets");
    let example = example.expect("it was given");
    assert_eq!(example.fires, "websocket_connections 1001x20");
    assert_eq!(example.silent, "websocket_connections 1000x20");
    assert!(source.file.ends_with("alerts.rs"), "{source}");
    assert!(source.line > none.source.line, "{source}");
    assert_eq!(
        (none.description, none.runbook, none.example),
        ("", "", None)
    );
}

/// Every short form.
#[derive(MetricSet)]
#[metrics(prefix = "jsp", register = false)]
struct Short {
    /// Errors.
    #[metric(alert(
        name = "Rate",
        expr = "rate[5m] > 10",
        for = "5m",
        severity = "warning",
        summary = "."
    ))]
    #[metric(alert(
        name = "Increase",
        expr = "increase[1h]>0",
        for = "0s",
        severity = "warning",
        summary = "."
    ))]
    #[metric(alert(
        name = "Both",
        expr = "rate[5m] > 10 and increase[1h] > 1e3",
        for = "5m",
        severity = "warning",
        summary = "."
    ))]
    errors: Counter<ByProvider>,
    /// Connections.
    #[metric(alert(
        name = "Drop",
        expr = "delta[5m] < -100",
        for = "1m",
        severity = "critical",
        summary = "."
    ))]
    #[metric(alert(
        name = "Trend",
        expr = "deriv[10m] * 60 > 5",
        for = "1m",
        severity = "critical",
        summary = "."
    ))]
    #[metric(alert(
        name = "Unhealthy",
        expr = "< 2",
        for = "2m",
        severity = "critical",
        summary = "."
    ))]
    connections: Gauge,
    /// Time of a handshake.
    #[metric(
        unit = "seconds",
        alert(
            name = "Slow",
            expr = "p99[5m] > 1s",
            for = "5m",
            severity = "warning",
            summary = "."
        )
    )]
    #[metric(alert(
        name = "Slower",
        expr = "p99.9[5m] > 2500ms",
        for = "5m",
        severity = "warning",
        summary = "."
    ))]
    #[metric(alert(
        name = "SlowOnAverage",
        expr = "avg[5m] >= 0.5",
        for = "5m",
        severity = "warning",
        summary = "."
    ))]
    #[metric(alert(
        name = "Twice",
        expr = "p99[5m] > 2 * avg[5m] * avg[1h] ^ 2",
        for = "5m",
        severity = "warning",
        summary = "."
    ))]
    handshake: Histogram,
    /// Time of a hop.
    #[metric(unit = "milliseconds", allow(base_unit), buckets = [250, 1000, 5000], alert(name = "SlowHop", expr = "p95[5m] > 1s", for = "5m", severity = "warning", summary = "."))]
    hop: Histogram,
    /// Size of a frame.
    #[metric(
        unit = "bytes",
        native,
        alert(
            name = "LargeFrame",
            expr = "p95[5m] > 64KiB",
            for = "5m",
            severity = "warning",
            summary = "."
        )
    )]
    #[metric(alert(
        name = "LargeFrames",
        expr = "avg[5m] > 1.5MB",
        for = "5m",
        severity = "warning",
        summary = "."
    ))]
    frame: Histogram,
}

#[test]
fn short_forms_are_written_out() {
    let [errors, connections, handshake, hop, frame] = Short::SET.families else {
        panic!("five families");
    };
    assert_eq!(
        printed(errors),
        [
            "rate(jsp_errors_total[5m]) > 10",
            "increase(jsp_errors_total[1h]) > 0",
            "rate(jsp_errors_total[5m]) > 10 and increase(jsp_errors_total[1h]) > 1000",
        ]
    );
    assert_eq!(
        printed(connections),
        [
            "delta(jsp_connections[5m]) < -100",
            "deriv(jsp_connections[10m]) * 60 > 5",
            "jsp_connections < 2",
        ]
    );
    let average = |range| {
        let rate =
            |part| format!("sum by (namespace, job) (rate(jsp_handshake_seconds_{part}[{range}]))");
        format!("{} / {}", rate("sum"), rate("count"))
    };
    let quantile = |q, family, range| {
        format!(
            "histogram_quantile({q}, sum by (namespace, job, le) (rate({family}_bucket[{range}])))"
        )
    };
    let p99 = quantile("0.99", "jsp_handshake_seconds", "5m");
    assert_eq!(
        printed(handshake),
        [
            format!("{p99} > 1"),
            format!("{} > 2.5", quantile("0.999", "jsp_handshake_seconds", "5m")),
            format!("{} >= 0.5", average("5m")),
            format!("{p99} > 2 * ({}) * ({}) ^ 2", average("5m"), average("1h")),
        ]
    );
    assert_eq!(
        printed(hop),
        [format!(
            "{} > 1000",
            quantile("0.95", "jsp_hop_milliseconds", "5m")
        )]
    );
    let rate = "sum by (namespace, job) (rate(jsp_frame_bytes[5m]))";
    assert_eq!(
        printed(frame),
        [
            format!("histogram_quantile(0.95, {rate}) > 65536"),
            format!("histogram_sum({rate}) / histogram_count({rate}) > 1500000"),
        ]
    );
}

/// Expressions in full.
#[derive(MetricSet)]
#[metrics(prefix = "chat", register = false)]
struct Full {
    /// Errors.
    #[metric(alert(
        name = "ManyErrors",
        expr = "sum by (provider) (rate($self[5m])) / sum by (provider) (rate(chat_requests_total[5m])) > 5%",
        for = "5m",
        severity = "warning",
        summary = "{{ $labels.provider }} fails {{ $value | humanizePercentage }} of requests.",
    ))]
    #[metric(alert(
        name = "OneFails",
        expr = "rate($self{provider=~'open_ai|anthropic', job!=''}[5m] offset 1w) > 10",
        for = "5m",
        severity = "warning",
        summary = "{{ $labels.provider }} fails.",
    ))]
    #[metric(alert(
        name = "NoMetric",
        expr = "absent($self{provider=\"anthropic\"})",
        for = "5m",
        severity = "warning",
        summary = "{{ $labels.provider }} is gone.",
    ))]
    errors: Counter<ByProvider>,
    /// Time to answer.
    #[metric(
        unit = "seconds",
        alert(
            name = "SlowByProvider",
            expr = "histogram_quantile(0.95, sum by (le, provider) (rate($self_bucket[5m]))) > 500ms",
            for = "5m",
            severity = "warning",
            summary = "{{ $labels.provider }} is slow.",
        )
    )]
    #[metric(alert(
        name = "FewAreFast",
        expr = "sum(rate($self_bucket{le='1'}[5m])) / sum(rate($self_count[5m])) < 99%",
        for = "5m",
        severity = "warning",
        summary = "It is slow.",
    ))]
    latency: Histogram<ByProvider>,
    /// Sessions.
    #[metric(alert(
        name = "Full",
        expr = "$self > on (job) group_left () 0.9 * chat_limit unless on (job) (-$self ^ 2 % 5) == bool 1",
        for = "5m",
        severity = "warning",
        summary = "{{ $labels.instance }} is full.",
    ))]
    sessions: Gauge,
}

#[test]
fn expressions_in_full_keep_their_meaning() {
    let [errors, latency, sessions] = Full::SET.families else {
        panic!("three families");
    };
    assert_eq!(
        printed(errors),
        [
            "sum by (provider) (rate(chat_errors_total[5m])) / sum by (provider) (rate(chat_requests_total[5m])) > 0.05",
            r#"rate(chat_errors_total{provider=~"open_ai|anthropic", job!=""}[5m] offset 1w) > 10"#,
            r#"absent(chat_errors_total{provider="anthropic"})"#,
        ]
    );
    assert_eq!(
        printed(latency),
        [
            "histogram_quantile(0.95, sum by (le, provider) (rate(chat_latency_seconds_bucket[5m]))) > 0.5",
            r#"sum(rate(chat_latency_seconds_bucket{le=~"1|1[.]0"}[5m])) / sum(rate(chat_latency_seconds_count[5m])) < 0.99"#,
        ]
    );
    assert_eq!(
        printed(sessions),
        [
            "chat_sessions > on (job) group_left () 0.9 * chat_limit unless on (job) (-chat_sessions ^ 2 % 5) == bool 1"
        ]
    );
}

/// Anything with an alert.
#[derive(MetricSet)]
struct Anything<T> {
    /// How many there are.
    #[metric(alert(
        name = "TooMany",
        expr = "> 3",
        for = "5m",
        severity = "warning",
        summary = "."
    ))]
    count: Gauge,
    #[metric(skip)]
    _of: std::marker::PhantomData<T>,
}

#[test]
fn sets_with_generics_have_alerts_too() {
    let family = &Anything::<u8>::SET.families[0];
    assert_eq!(printed(family), ["count > 3"]);
    assert_eq!(Anything::<u8>::detached().count.get(), 0);
}

/// As deep as an expression may be: the compiler, too, goes down all the way.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Deep {
    /// Connections.
    #[metric(alert(
        name = "Deep",
        expr = "(((((((((((((((((((((((((((((((((((((((((((((($self)))))))))))))))))))))))))))))))))))))))))))))) > 1",
        for = "5m",
        severity = "info",
        summary = ".",
    ))]
    connections: Gauge,
}

#[test]
fn deep_expressions_compile() {
    let [alert] = printed(&Deep::SET.families[0])
        .try_into()
        .expect("one alert");
    assert_eq!(alert.matches('(').count(), 46, "{alert}");
}
